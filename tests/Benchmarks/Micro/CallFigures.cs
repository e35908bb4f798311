using System.Globalization;

namespace Visma.Connect.Sdk.Benchmarks.Micro;

/// <summary>The rows of the micro-benchmarks with their bars, measured in turns instead of one after the other.</summary>
internal static class CallFigures
{
    public static IEnumerable<Figure> Measure() =>
    [
        // In a process whose requests name no tenant, no request is searched for one. So the rows without SetTenant come first.
        WarmCallOver(Transport.AtOnce, TenantName.None, "+60 ns, +72 B"),
        WarmCallOver(Transport.AtOnce, TenantName.ForTenant, "+80 ns, +72 B"),
        WarmCallOver(Transport.Later, TenantName.None, "+200 ns, +160 B"),
        WarmCallOver(Transport.Later, TenantName.ForTenant, "+200 ns, +160 B"),
        WarmCallOver(Transport.AtOnce, TenantName.SetTenant, "+80 ns, +72 B"),
        WarmCallOver(Transport.Later, TenantName.SetTenant, "+200 ns, +160 B"),
        ManyTenantsOver(),
        TokenRequestOver(),
    ];

    private static Figure WarmCallOver(Transport transport, TenantName tenant, string bar)
    {
        WarmCall calls = new() { Response = transport, Tenant = tenant, TokenLength = 900 };
        calls.Setup();
        Alternating byHand = Alternating.Measure(() => calls.ConstantHeader(), () => calls.ByHand());
        Alternating library = Alternating.Measure(() => calls.ConstantHeader(), () => calls.Library());
        calls.Cleanup();
        return new Figure(
            $"warm call, response {(transport == Transport.AtOnce ? "at once" : "later")}, {(tenant == TenantName.None ? "no tenant" : tenant)}",
            $"at most {bar}",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{library.OverBaseline:+0;-0} ns, {library.BytesOverBaseline:+0;-0;+0} B (a handler by hand: {byHand.OverBaseline:+0;-0} ns, "
                + $"{byHand.BytesOverBaseline:+0;-0;+0} B; constant header: {library.Baseline:0} ns, {library.BaselineBytes} B)"));
    }

    private static Figure ManyTenantsOver()
    {
        ManyTenants calls = new();
        calls.Setup();
        Alternating measured = Alternating.Measure(() => calls.Dictionary(), () => calls.Library());
        calls.Cleanup();
        return new Figure(
            "warm calls for 10,000 tenants in random order",
            "at most 1.3x, +100 B",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{measured.Ratio:0.00}x, {measured.BytesOverBaseline:+0;-0;+0} B (dictionary: {measured.Baseline:0} ns, {measured.BaselineBytes} B)"));
    }

    private static Figure TokenRequestOver()
    {
        TokenRequests requests = new();
        requests.Setup();
        Alternating measured = Alternating.Measure(() => requests.ByHand().Wait(), () => requests.Library().Wait());
        Alternating peer = Alternating.Measure(() => requests.ByHand().Wait(), () => requests.IdentityModel().Wait());
        requests.Cleanup();
        return new Figure(
            "token request, over PostAsync and a generated parse",
            "at most 1.25x, 1.2x bytes",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{measured.Ratio:0.00}x, {measured.BytesRatio:0.00}x bytes (by hand: {measured.Baseline:0} ns, {measured.BaselineBytes} B; the client of "
                + $"Duende.IdentityModel: {peer.Ratio:0.00}x, {peer.BytesRatio:0.00}x bytes)"));
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.Identity.Client;
using Visma.Connect.Sdk.Benchmarks.Measuring;
using Visma.Connect.Sdk.Benchmarks.Network;
using Visma.Connect.Sdk.Benchmarks.Peers;
using Visma.Connect.Sdk.Benchmarks.Report;

namespace Visma.Connect.Sdk.Benchmarks.Rows;

/// <summary>Warm calls for 10,000 tenants in random order, over a handler with a dictionary of headers. Every side names the tenant on the request.</summary>
internal static class ManyTenants
{
    private const int Tenants = 10_000;

    public static async Task<Row> MeasureAsync()
    {
        StubApi api = new();
        ConcurrentDictionary<string, AuthenticationHeaderValue> headers = new();
        LibraryApp app = new(api, new StubTokenEndpoint());
        IConfidentialClientApplication msal = Msal.Application(new StubTokenEndpoint());
        string[] tenants = [.. Enumerable.Range(0, Tenants).Select(_ => Guid.NewGuid().ToString())];
        foreach (string tenant in tenants)
        {
            // Copies of the name, because each request has its string.
            headers[Copy(tenant)] = new AuthenticationHeaderValue("Bearer", new string('t', StubTokenEndpoint.UsualLength));
            await app.Tokens.GetTokenAsync(TokenKey.ForTenant(LibraryApp.ForTenants, Copy(tenant)));
            await Msal.RequestTokenAsync(msal, Copy(tenant));
        }

        new Random(1).Shuffle(tenants);
        int next = 0;
        string NextTenant() => tenants[next = (next + 1) % Tenants];
        void Name(HttpRequestMessage request) => request.Options.Set(DictionaryHandler.Tenant, NextTenant());
        HttpCaller dictionary = new(HttpCaller.NewClient(api, new DictionaryHandler(headers)), Name);
        ICaller library = app.Naming(request => request.SetTenant(NextTenant()));
        ICaller ofMsal = Msal.ForTenants(msal, api, Name);

        IReadOnlyList<Side> sides = Turns.OfProcessor.Measure([() => dictionary.Call(api), () => library.Call(api), () => ofMsal.Call(api)]);
        return new Row(
            "10,000 tenants in random order, over a handler with a dictionary",
            string.Create(CultureInfo.InvariantCulture, $"{sides[0].Nanoseconds:#,0} ns, {sides[0].Bytes:#,0} B"),
            "1.3x, +100 B")
        {
            Panel = new Panel("10,000 tenants in random order", "times a handler with a dictionary", "0.0x"),
            Cells = { [Column.Library] = Over(sides[1], sides[0]), [Column.Msal] = Over(sides[2], sides[0]) },
        };
    }

    private static string Copy(string name) => new(name.AsSpan());

    private static Cell Over(Side side, Side floor) => new(
        string.Create(CultureInfo.InvariantCulture, $"{side.TimesOf(floor):0.00}x, {side.Bytes - floor.Bytes:+#,0;-#,0;+0} B"), side.TimesOf(floor));
}

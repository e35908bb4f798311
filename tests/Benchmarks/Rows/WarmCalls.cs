using System.Globalization;
using Visma.Connect.Sdk.Benchmarks.Measuring;
using Visma.Connect.Sdk.Benchmarks.Network;
using Visma.Connect.Sdk.Benchmarks.Peers;
using Visma.Connect.Sdk.Benchmarks.Report;

namespace Visma.Connect.Sdk.Benchmarks.Rows;

/// <summary>A call whose token is in memory.</summary>
internal static class WarmCalls
{
    private const string BarAtOnce = "+60 ns, +72 B";
    private const string BarOfTenant = "+80 ns, +72 B";
    private const string BarLater = "+200 ns, +160 B";

    /// <summary>In a process whose requests name no tenant, no request is searched for one. So these rows come before the others.</summary>
    public static async Task<IReadOnlyList<Row>> UnnamedAsync()
    {
        StubApi atOnce = new();
        StubApi later = new(Transport.Later);
        StubTokenEndpoint longTokens = new() { TokenLength = 4000 };
        string tenant = Guid.NewGuid().ToString();
        return
        [
            OverPeers("warm call, response at once", Transport.AtOnce, BarAtOnce, Panel("Warm call, response at once")),
            OverPeers("warm call, response later", Transport.Later, BarLater, Panel("Warm call, response later")),
            OverPeers("warm call, transport writes the headers", Transport.WritesHeaders, "", panel: null),
            OwnClients("an HTTP client of its own with a constant header, response at once"),
            Alone("warm call, token of 4,000 characters, response at once", atOnce, BarAtOnce, new LibraryApp(atOnce, longTokens).ByDefault()),
            Alone("warm call, `ForTenant`, response at once", atOnce, BarOfTenant, new LibraryApp(atOnce, new StubTokenEndpoint()).BoundToTenant(tenant)),
            Alone("warm call, `ForTenant`, response later", later, BarLater, new LibraryApp(later, new StubTokenEndpoint()).BoundToTenant(tenant)),
            Alone("warm call, `ForConnection`, response at once", atOnce, "", (await LibraryApp.WithConnectionAsync(atOnce)).BoundToConnection()),
            Alone("warm call, `ForConnection`, response later", later, "", (await LibraryApp.WithConnectionAsync(later)).BoundToConnection()),
        ];
    }

    public static IEnumerable<Row> Named() =>
    [
        WithSetTenant("warm call, `SetTenant`, response at once", Transport.AtOnce, BarOfTenant),
        WithSetTenant("warm call, `SetTenant`, response later", Transport.Later, BarLater),
    ];

    private static Panel Panel(string title) => new(title, "ns over its floor; each line is ten times the last", IsLogarithmic: true);

    private static Row OverPeers(string what, Transport transport, string bar, Panel? panel)
    {
        StubApi api = new(transport);
        ICaller floor = Peer.Floor(api);
        IEnumerable<Entrant> peers = Peer.All.Select(peer =>
            new Entrant(peer.Name, peer.WithToken(api, new StubTokenEndpoint()), peer.OwnFloor(api) ?? floor));
        return Measure(new Row(what, "", bar) { Panel = panel }, api, [new Entrant(Column.ByHand, Peer.ByHand(api), floor), .. peers]);
    }

    // What the rows above leave out.
    private static Row OwnClients(string what)
    {
        StubApi api = new();
        ICaller floor = Peer.Floor(api);
        IEnumerable<Entrant> clients =
            from peer in Peer.All
            let client = peer.OwnFloor(api)
            where client is not null
            select new Entrant(peer.Name, client, floor);
        return Measure(new Row(what, "", ""), api, [.. clients]);
    }

    private static Row Alone(string what, StubApi api, string bar, ICaller library)
    {
        ICaller floor = Peer.Floor(api);
        return Measure(
            new Row(what, "", bar), api, [new Entrant(Column.ByHand, Peer.ByHand(api), floor), new Entrant(Column.Library, library, floor)]);
    }

    // Every side names the tenant.
    private static Row WithSetTenant(string what, Transport transport, string bar)
    {
        StubApi api = new(transport);
        string tenant = Guid.NewGuid().ToString();
        void Name(HttpRequestMessage request) => request.SetTenant(tenant);
        HttpCaller floor = new(HttpCaller.NewClient(api, new ConstantHeaderHandler()), Name);
        HttpCaller byHand = new(HttpCaller.NewClient(api, new HandWrittenHandler()), Name);
        ICaller library = new LibraryApp(api, new StubTokenEndpoint()).Naming(Name);
        return Measure(new Row(what, "", bar), api, [new Entrant(Column.ByHand, byHand, floor), new Entrant(Column.Library, library, floor)]);
    }

    private static Row Measure(Row row, StubApi api, Entrant[] entrants)
    {
        ICaller[] callers = [.. entrants.SelectMany(entrant => (ICaller[])[entrant.Floor, entrant.Caller]).Distinct()];
        Array.ForEach(callers, caller => FirstCall(caller, api));
        IReadOnlyList<Side> sides = Turns.OfProcessor.Measure([.. callers.Select(caller => (Action)(() => caller.Call(api)))]);
        Side Of(ICaller caller) => sides[Array.IndexOf(callers, caller)];

        Side floor = Of(entrants[0].Floor);
        return row with
        {
            Floor = string.Create(CultureInfo.InvariantCulture, $"{floor.Nanoseconds:#,0} ns, {floor.Bytes:#,0} B"),
            Cells = entrants.ToDictionary(entrant => entrant.Column, entrant => Over(Of(entrant.Caller), Of(entrant.Floor))),
        };
    }

    // It requests the token, perhaps on another thread.
    private static void FirstCall(ICaller caller, StubApi api)
    {
        Task call = caller.CallAsync();
        while (!call.IsCompleted)
        {
            api.Answer();
            Thread.Yield();
        }

        call.GetAwaiter().GetResult();
    }

    private static Cell Over(Side side, Side floor)
    {
        double nanoseconds = side.NanosecondsOver(floor);
        return new Cell(
            string.Create(CultureInfo.InvariantCulture, $"{nanoseconds:+#,0;-#,0;+0} ns, {side.Bytes - floor.Bytes:+#,0;-#,0;+0} B"), nanoseconds);
    }

    private sealed record Entrant(string Column, ICaller Caller, ICaller Floor);
}

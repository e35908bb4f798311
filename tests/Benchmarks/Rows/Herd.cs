using System.Diagnostics;
using System.Globalization;
using Microsoft.Identity.Client;
using Visma.Connect.Sdk.Benchmarks.Network;
using Visma.Connect.Sdk.Benchmarks.Peers;
using Visma.Connect.Sdk.Benchmarks.Report;

namespace Visma.Connect.Sdk.Benchmarks.Rows;

/// <summary>1,000 tenants without a token are called at once. Connections, with one-time refresh tokens and real caches: the tests HerdTests.</summary>
internal static class Herd
{
    private const int Tenants = 1000;

    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(50);

    public static async Task<Row> MeasureAsync()
    {
        StubTokenEndpoint ofLibrary = new(Latency);
        LibraryApp app = new(new StubApi(), ofLibrary);
        StubTokenEndpoint ofMsal = new(Latency);
        IConfidentialClientApplication msal = Msal.Application(ofMsal);

        return new Row("1,000 tenants at once, token endpoint 50 ms", "", "1 request each, at most 32 at once")
        {
            Cells =
            {
                [Column.Library] = await RunAsync(
                    ofLibrary, tenant => app.Tokens.GetTokenAsync(TokenKey.ForTenant(LibraryApp.ForTenants, tenant)).AsTask()),
                [Column.Msal] = await RunAsync(ofMsal, tenant => Msal.RequestTokenAsync(msal, tenant)),
            },
        };
    }

    private static async Task<Cell> RunAsync(StubTokenEndpoint endpoint, Func<string, Task> getTokenAsync)
    {
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Tenants).Select(_ => Task.Run(() => getTokenAsync(Guid.NewGuid().ToString()))));
        return new Cell(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Count.Of(endpoint.Requests, "request")}, {endpoint.MostInFlight:#,0} at once, {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s"),
            endpoint.MostInFlight);
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net;
using Visma.Connect.Sdk.Testing;

namespace Visma.Connect.Sdk.Benchmarks.Loopback;

/// <summary>200 calls in flight. The API answers 401 to all of them, because it no longer accepts their token.</summary>
internal static class RejectionStorm
{
    private const int Calls = 200;

    public static async Task<Figure> MeasureAsync()
    {
        await RunAsync();
        return await RunAsync();
    }

    private static async Task<Figure> RunAsync()
    {
        await using LoopbackApp app = await LoopbackApp.StartAsync();
        FakeCompany company = app.AddCompany();
        await app.Tokens.GetTokenAsync(LoopbackApp.KeyOf(company));
        // A token younger than a minute is not renewed for a 401.
        app.Time.Advance(TimeSpan.FromMinutes(2));
        FakePause[] pauses = [.. Enumerable.Range(0, Calls).Select(_ => app.Visma.NetErpEndpoint.PauseNext())];

        Task<HttpStatusCode[]> calls = CallAllAsync(app.Erp, company.TenantId);
        await Task.WhenAll(pauses.Select(pause => pause.Reached));
        int requestsBefore = app.TokenRequests;
        app.Visma.InvalidateAccessTokens();
        long start = Stopwatch.GetTimestamp();
        Array.ForEach(pauses, pause => pause.Release());
        HttpStatusCode[] answers = await calls;
        TimeSpan storm = Stopwatch.GetElapsedTime(start);
        int sentAgain = app.Visma.NetErpEndpoint.Requests.Count - Calls;

        start = Stopwatch.GetTimestamp();
        await CallAllAsync(app.Erp, company.TenantId);
        TimeSpan calm = Stopwatch.GetElapsedTime(start);

        return new Figure(
            "200 calls in flight that are all answered 401, token endpoint 50 ms",
            "1 request, no delay",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{app.TokenRequests - requestsBefore} request; {sentAgain} calls sent again; "
                + $"{answers.Count(answer => answer == HttpStatusCode.OK)} succeed; done in {storm.TotalMilliseconds:0} ms (200 calls with a good token: {calm.TotalMilliseconds:0} ms)"));
    }

    private static Task<HttpStatusCode[]> CallAllAsync(HttpClient erp, string tenant) =>
        Task.WhenAll(Enumerable.Range(0, Calls).Select(_ => Task.Run(() => CallAsync(erp, tenant))));

    private static async Task<HttpStatusCode> CallAsync(HttpClient erp, string tenant)
    {
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, "customer").SetTenant(tenant);
        using HttpResponseMessage response = await erp.SendAsync(request);
        return response.StatusCode;
    }
}

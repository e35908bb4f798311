using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Handlers.RateLimits;

/// <summary>The calls that wait for their API to allow them, as <see cref="VismaRateLimits"/> shows them.</summary>
internal static class WaitingCalls
{
    /// <summary>The calls of the HttpClient "erp" of an application.</summary>
    public static (IServiceProvider Services, ManualTime Time, string Api, string Client) Calls(this TestApp app) => (app.Services, app.Time, "NetErp", "erp");

    /// <summary>The calls of users to an API.</summary>
    public static (IServiceProvider Services, ManualTime Time, string Api, string Client) Calls(this AppProcess process, VismaApi api) =>
        (process.Services, process.Time, api.Name, "nxt");

    /// <summary>Waits until so many calls wait.</summary>
    public static Task WaitAsync(this (IServiceProvider Services, ManualTime Time, string Api, string Client) calls, int count = 1) =>
        Eventually.TrueAsync(() => calls.Find().Sum(budget => budget.Waiting) == count, $"{count} waiting calls to {calls.Api}");

    /// <summary>Waits until so many calls wait for a budget that opens after this time, and lets the time pass.</summary>
    public static async Task PassAsync(this (IServiceProvider Services, ManualTime Time, string Api, string Client) calls, TimeSpan wait, int count = 1)
    {
        await calls.WaitAsync(count);
        Assert.Contains(calls.Find(), budget => budget.OpensAt == calls.Time.GetUtcNow() + wait);
        calls.Time.Advance(wait);
    }

    private static IReadOnlyList<CallBudget> Find(this (IServiceProvider Services, ManualTime Time, string Api, string Client) calls) =>
        calls.Services.GetRequiredService<VismaRateLimits>().Find(calls.Api, TokenKey.ForClient(calls.Client));
}

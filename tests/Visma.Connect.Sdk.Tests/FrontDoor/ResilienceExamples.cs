using Microsoft.Extensions.DependencyInjection;
using Polly;
using Polly.Retry;

namespace Visma.Connect.Sdk.Tests.FrontDoor;

/// <summary>The code of docs/resilience.md, so that it is compiled. <see cref="ReadmeTests"/> compares the two line by line.</summary>
internal static class ResilienceExamples
{
    public static void Register(IServiceCollection services, IHttpClientBuilder http)
    {
        services.AddHttpClient<ErpClient>().AddVismaToken(VismaApi.NetErp, client: "erp").AddVismaResilience();

        http.AddVismaResilience(options => options.MaxWait = TimeSpan.FromSeconds(20));
    }

    public static void ReplacePolicy(IServiceCollection services)
    {
        IAsyncPolicy<HttpResponseMessage> policy = new ResiliencePipelineBuilder<HttpResponseMessage>()
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                ShouldHandle = new PredicateBuilder<HttpResponseMessage>().Handle<HttpRequestException>().HandleResult(reply => (int)reply.StatusCode >= 500),
                MaxRetryAttempts = 5,
            })
            .Build()
            .AsAsyncPolicy();

        services.AddVismaConnect().UseTokenRequestPolicy(request => policy);
    }

    public static async Task SendAsync(HttpClient erp, HttpRequestMessage job, Func<HttpRequestMessage, DateTimeOffset, Task> postponeAsync)
    {
        try
        {
            (await erp.SendAsync(job)).Dispose();
        }
        catch (VismaRateLimitException busy)
        {
            await postponeAsync(job, busy.RetryAt);
        }
    }

    public static void Show(VismaRateLimits limits, string tenantId)
    {
        foreach (CallBudget budget in limits.Find(VismaApi.NetErp.Name, TokenKey.ForTenant("erp", tenantId)))
        {
            Console.WriteLine($"{budget.LastSeen?.Remaining} of {budget.LastSeen?.Limit} calls are left; {budget.Waiting} wait until {budget.OpensAt:u}");
        }
    }

    internal sealed class BufferedBodies : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Content is not null)
            {
                await request.Content.LoadIntoBufferAsync(cancellationToken);
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }
}

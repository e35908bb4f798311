using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace Visma.Connect.Sdk;

/// <summary>The policy of the library for requests that may be repeated: waits, and repeats the request a few times.</summary>
internal sealed class RetryPolicy(TokenRequestOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>What it sees of a failure is described at <see cref="PolicyRun"/>.</summary>
    public IAsyncPolicy<HttpResponseMessage> Policy { get; } = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
        {
            ShouldHandle = new PredicateBuilder<HttpResponseMessage>()
                .Handle<HttpRequestException>()
                .HandleResult(seen => TokenReplyReader.IsTransient(seen.StatusCode)),
            MaxRetryAttempts = options.Retries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = options.FirstDelay,
            MaxDelay = options.LongestDelay,
            // Null: the backoff.
            DelayGenerator = static failed => new ValueTask<TimeSpan?>(failed.Outcome.Result?.Headers.RetryAfter?.Delta),
            OnRetry = failed =>
            {
                HttpResponseMessage? seen = failed.Outcome.Result;
                Log.RequestRepeated(logger, failed.RetryDelay, seen is null ? failed.Outcome.Exception!.Message : $"The answer was {(int)seen.StatusCode}.");
                return default;
            },
        })
        .Build()
        .AsAsyncPolicy();

    /// <summary>Whether it was made of these settings.</summary>
    public bool IsOf(TokenRequestOptions current) => ReferenceEquals(current, options);
}

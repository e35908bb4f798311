using System.Net;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace Visma.Connect.Sdk;

/// <summary>
/// Sends a call again after a failure, if that cannot repeat its effect: a GET or HEAD after 408, 5xx and network errors, and any call whose connection was
/// never opened. Visma's APIs have no idempotency keys, so nothing else is sent again.
/// </summary>
internal static class FaultRetries
{
    private const int MostDoublings = 10;
    private const string RequestKey = "Visma.Connect.Sdk.Request";

    // The key of the policy context becomes a property of this type in the context of the pipeline.
    private static readonly ResiliencePropertyKey<object?> Request = new(RequestKey);

    /// <returns>The handler that sends again. Null if the options say never.</returns>
    public static PolicyHttpMessageHandler? CreateHandler(VismaApi api, VismaResilienceOptions options, TimeProvider time, ILogger logger)
    {
        if (options.MaxRetries == 0 || options.MaxWait == TimeSpan.Zero)
        {
            return null;
        }

        IAsyncPolicy<HttpResponseMessage> policy = CreatePipeline(api, options, time, logger).AsAsyncPolicy();
        return new PolicyHttpMessageHandler(request =>
        {
            // The handler has given the request a context. An outer handler of the same kind shares it.
            request.GetPolicyExecutionContext()![RequestKey] = request;
            return policy;
        });
    }

    private static ResiliencePipeline<HttpResponseMessage> CreatePipeline(
        VismaApi api,
        VismaResilienceOptions options,
        TimeProvider time,
        ILogger logger)
    {
        ResiliencePipelineBuilder<HttpResponseMessage> builder = new() { TimeProvider = time };
        return builder.AddRetry(new RetryStrategyOptions<HttpResponseMessage>
        {
            MaxRetryAttempts = options.MaxRetries,
            ShouldHandle = attempt => ShouldSendAgainAsync(attempt, options.MaxWait, time),
            DelayGenerator = attempt => new ValueTask<TimeSpan?>(DelayOf(attempt, options, time)),
            OnRetry = attempt =>
            {
                HttpRequestMessage request = RequestOf(attempt.Context);
                WaitedTime.Add(request, attempt.RetryDelay);
                Log.CallSentAgain(logger, api.Name, request.Method, Describe(attempt.Outcome), attempt.RetryDelay.TotalSeconds);
                return default;
            },
        }).Build();
    }

    private static async ValueTask<bool> ShouldSendAgainAsync(RetryPredicateArguments<HttpResponseMessage> attempt, TimeSpan maxWait, TimeProvider time)
    {
        HttpRequestMessage request = RequestOf(attempt.Context);
        bool isSafe = request.Method == HttpMethod.Get || request.Method == HttpMethod.Head;
        bool isTransient = attempt.Outcome switch
        {
            { Exception: VismaRateLimitException } => false,
            { Exception: HttpRequestException failure } => isSafe || (NetworkFailure.CameBeforeTheRequest(failure) && !Redirect.HasAnswered(request)),
            // A time limit of the transport, for example for opening a connection.
            { Exception: OperationCanceledException } => isSafe && !attempt.Context.CancellationToken.IsCancellationRequested,
            { Result: { } response } => isSafe && IsTransient(response.StatusCode),
            _ => false,
        };
        return isTransient
            && WaitedTime.Of(request) + (AskedFor(attempt.Outcome.Result, time) ?? TimeSpan.Zero) < maxWait
            && await Resend.IsPossibleAsync(request.Content).ConfigureAwait(false);
    }

    // What the API asks for, or a backoff that doubles; never more than what is left of the longest wait.
    private static TimeSpan DelayOf(RetryDelayGeneratorArguments<HttpResponseMessage> attempt, VismaResilienceOptions options, TimeProvider time)
    {
        TimeSpan left = options.MaxWait - WaitedTime.Of(RequestOf(attempt.Context));
        TimeSpan doubled = TimeSpan.FromTicks(options.RetryDelay.Ticks << Math.Min(attempt.AttemptNumber, MostDoublings));
        TimeSpan delay = AskedFor(attempt.Outcome.Result, time) ?? RenewalSchedule.Jittered(doubled < left ? doubled : left);
        return delay < left ? delay : left;
    }

    private static bool IsTransient(HttpStatusCode status) => status == HttpStatusCode.RequestTimeout || (int)status >= 500;

    // Zero is no advice: the backoff is then better for both sides.
    private static TimeSpan? AskedFor(HttpResponseMessage? response, TimeProvider time) =>
        response is not null && RetryAfter.From(response.Headers, time.GetUtcNow(), TimeSpan.MaxValue) is { } asked && asked > TimeSpan.Zero ? asked : null;

    private static HttpRequestMessage RequestOf(ResilienceContext context) => (HttpRequestMessage)context.Properties.GetValue(Request, null)!;

    private static string Describe(Outcome<HttpResponseMessage> outcome) =>
        outcome.Result is { } response ? $"status {(int)response.StatusCode}" : outcome.Exception!.GetType().Name;
}

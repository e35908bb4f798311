using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>Gives an event to the handler of one process, once: claim, handle, and store that it is handled.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class WebhookHandling(
    SharedClaims claims,
    IVismaWebhookHandler handler,
    VismaWebhookEndpointOptions options,
    string name,
    TimeProvider time,
    ILogger logger)
{
    // A handler that was cancelled ends within this time. Otherwise it goes on while the delivery is answered.
    private static readonly TimeSpan AfterCancellation = TimeSpan.FromSeconds(5);

    // The clocks of the processes may differ by some of this time. The rest is for the handler's end, and for the token cache.
    private static readonly TimeSpan LeaseBeyondTimeout = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan AfterCacheFailure = TimeSpan.FromSeconds(5);

    /// <summary>The name under which events are remembered.</summary>
    public string Name { get; set; } = name;

    public static TimeSpan LeaseFor(VismaWebhookEndpointOptions options) => options.HandlerTimeout + LeaseBeyondTimeout;

    public async Task<WebhookAnswer> HandleAsync(WebhookEvent received)
    {
        if (options.Duplicates == WebhookDuplicates.None)
        {
            return await AnswerOfAsync(RunAsync(received, claim: null), received).ConfigureAwait(false);
        }

        SharedClaim claim;
        try
        {
            string id = options.Duplicates == WebhookDuplicates.Body ? received.Id : received.NotificationKey;
            claim = await claims.TryBeginAsync("webhook " + Name, id, LeaseFor(options), options.Retention).ConfigureAwait(false);
        }
        catch (VismaConnectException failure)
        {
            WebhookLog.NotClaimed(logger, Name, received.Id, failure);
            return new WebhookAnswer(StatusCodes.Status503ServiceUnavailable, AfterCacheFailure);
        }

        switch (claim.State)
        {
            case SharedClaimState.Done:
                WebhookLog.Duplicate(logger, Name, received.Id);
                return new WebhookAnswer(StatusCodes.Status200OK);
            case SharedClaimState.Busy:
                return new WebhookAnswer(StatusCodes.Status503ServiceUnavailable, claim.RetryAfter);
            default:
                return await AnswerOfAsync(RunAsync(received, claim), received).ConfigureAwait(false);
        }
    }

    private async Task<WebhookAnswer> AnswerOfAsync(Task<bool> running, WebhookEvent received)
    {
        try
        {
            bool isHandled = await running.WaitAsync(options.HandlerTimeout + AfterCancellation, time).ConfigureAwait(false);
            return new WebhookAnswer(isHandled ? StatusCodes.Status200OK : StatusCodes.Status500InternalServerError);
        }
        catch (TimeoutException)
        {
            // Its claim stays: a second handler must not begin beside the first one.
            WebhookLog.HandlerTooSlow(logger, Name, received.Id, options.HandlerTimeout);
            return new WebhookAnswer(StatusCodes.Status503ServiceUnavailable, LeaseBeyondTimeout);
        }
    }

    // On a thread of its own, because a handler may block. It does not end with the request: if Visma hangs up, the event is still handled, once.
    private Task<bool> RunAsync(WebhookEvent received, SharedClaim? claim) => Task.Run(async () =>
    {
        try
        {
            using CancellationTokenSource limit = new(options.HandlerTimeout, time);
            await handler.HandleAsync(received, limit.Token).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            WebhookLog.HandlerFailed(logger, Name, received.Id, failure);
            if (claim is not null)
            {
                await claims.ReleaseAsync(claim).ConfigureAwait(false);
            }

            return false;
        }

        if (claim is not null && !await claims.EndAsync(claim).ConfigureAwait(false))
        {
            WebhookLog.NotRemembered(logger, Name, received.Id);
        }

        return true;
    });
}

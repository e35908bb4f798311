using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>Every event that the webhook endpoints log. Ids are fixed, and no event contains a secret or the body of a webhook.</summary>
internal static partial class WebhookLog
{
    [LoggerMessage(60, LogLevel.Debug, "A request to the webhook endpoint {Endpoint} was refused with {Status}.")]
    public static partial void Refused(ILogger logger, string endpoint, int status);

    [LoggerMessage(61, LogLevel.Warning,
        "A delivery to the webhook endpoint {Endpoint} was refused, because none of its secrets has signed it; if Visma has sent it, correct the secret of "
        + "the subscription in the settings. This is logged at most once a minute.")]
    public static partial void WrongSignature(ILogger logger, string endpoint);

    [LoggerMessage(62, LogLevel.Error, "A genuine delivery to the webhook endpoint {Endpoint} is not JSON, so it was refused; check its subscription.")]
    public static partial void NotJson(ILogger logger, string endpoint);

    [LoggerMessage(63, LogLevel.Warning,
        "A delivery to the webhook endpoint {Endpoint} was refused, because its header names another tenant than its signed body ({Id}); somebody has "
        + "combined a recorded body with other headers.")]
    public static partial void ContradictingTenant(ILogger logger, string endpoint, string id);

    [LoggerMessage(64, LogLevel.Error, "The handler of the webhook endpoint {Endpoint} failed for event {Id}, which Visma is asked to send again.")]
    public static partial void HandlerFailed(ILogger logger, string endpoint, string id, Exception exception);

    [LoggerMessage(65, LogLevel.Error,
        "The handler of the webhook endpoint {Endpoint} did not end within {Timeout} for event {Id}, although it was cancelled, and goes on; let it pass on "
        + "its cancellation token, or store the event and handle it later.")]
    public static partial void HandlerTooSlow(ILogger logger, string endpoint, string id, TimeSpan timeout);

    [LoggerMessage(66, LogLevel.Warning,
        "Event {Id} at the webhook endpoint {Endpoint} was not handled, because the token cache failed, so that it is not known whether another process "
        + "handles it; Visma is asked to send it again.")]
    public static partial void NotClaimed(ILogger logger, string endpoint, string id, Exception exception);

    [LoggerMessage(67, LogLevel.Warning,
        "Event {Id} at the webhook endpoint {Endpoint} is handled, and that could not be stored in the token cache; if Visma sends it again, it is handled "
        + "again.")]
    public static partial void NotRemembered(ILogger logger, string endpoint, string id);

    [LoggerMessage(68, LogLevel.Debug, "Event {Id} at the webhook endpoint {Endpoint} was handled before, so it is not handled again.")]
    public static partial void Duplicate(ILogger logger, string endpoint, string id);
}

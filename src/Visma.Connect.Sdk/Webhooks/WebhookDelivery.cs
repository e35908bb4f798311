using System.Globalization;

namespace Visma.Connect.Sdk;

/// <summary>
/// What the headers of a webhook say about its delivery. <b>The signature does not cover them</b>: whoever has one genuine body and its signature can
/// send them with other headers.
/// </summary>
/// <remarks>
/// Immutable and thread-safe. Visma does not document these headers (<c>x-vwd-*</c>); they were seen in deliveries of Business NXT (2024). Each is null
/// if it is missing or malformed, or if the application passed no headers to the reader.
/// </remarks>
public sealed class WebhookDelivery
{
    private static readonly long MaxMilliseconds = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>Reads the headers of a request. <see cref="WebhookReader.Read"/> does that.</summary>
    /// <param name="headers">The headers. Names compare without case, and the last one of a name counts.</param>
    public WebhookDelivery(IEnumerable<KeyValuePair<string, string>> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        Dictionary<string, string> copied = new(StringComparer.OrdinalIgnoreCase);
        foreach (KeyValuePair<string, string> header in headers)
        {
            copied[header.Key] = header.Value;
        }

        Headers = copied;
    }

    /// <summary>The application that sends its events (<c>x-vwd-application-id</c>).</summary>
    public string? ApplicationId => Header("application-id");

    /// <summary>The version of that application (<c>x-vwd-application-version</c>).</summary>
    public string? ApplicationVersion => Header("application-version");

    /// <summary>The name of the event, for example <c>EMPLOYEE_CHANGED</c> (<c>x-vwd-event-id</c>).</summary>
    public string? EventName => Header("event-id");

    /// <summary>The group (<c>x-vwd-group-id</c>).</summary>
    public string? GroupId => Header("group-id");

    /// <summary>The id of the notification (<c>x-vwd-notification-id</c>). A repeated delivery has the same id.</summary>
    public string? NotificationId => Header("notification-id");

    /// <summary>When the notification was made (<c>x-vwd-notification-timestamp</c>).</summary>
    public DateTimeOffset? NotifiedAt => Time("notification-timestamp");

    /// <summary>The subscription (<c>x-vwd-subscription-id</c>).</summary>
    public string? SubscriptionId => Header("subscription-id");

    /// <summary>The tenant (<c>x-vwd-tenant-id</c>). Prefer <see cref="WebhookEvent.TenantId"/>, which takes it from the body if the body has it.</summary>
    public string? TenantId => Header("tenant-id");

    /// <summary>When this delivery was sent (<c>x-vwd-webhook-timestamp</c>).</summary>
    public DateTimeOffset? SentAt => Time("webhook-timestamp");

    internal IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>Returns the notification and the event.</summary>
    public override string ToString() =>
        $"notification {VisibleText.Of(NotificationId ?? "without an id")} of {VisibleText.Of(EventName ?? "an unnamed event")}";

    private string? Header(string name) =>
        Headers.TryGetValue("x-vwd-" + name, out string? value) && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    // Milliseconds since 1970.
    private DateTimeOffset? Time(string name) =>
        long.TryParse(Header(name), NumberStyles.None, CultureInfo.InvariantCulture, out long milliseconds) && milliseconds <= MaxMilliseconds
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : null;
}

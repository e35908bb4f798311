using System.Runtime.Serialization;
using System.Text.Json.Serialization;

namespace Visma.Connect.Sdk;

/// <summary>The settings of one endpoint of <c>app.MapVismaWebhook</c>.</summary>
/// <remarks>They are set while the application starts, and are not changed after that.</remarks>
public sealed class VismaWebhookEndpointOptions
{
    /// <summary>
    /// The secrets of the subscriptions that send their events to this endpoint. Default: empty; the secrets of the settings
    /// (<see cref="WebhookOptions.Secrets"/>), which can be changed without a restart.
    /// </summary>
    [JsonIgnore]
    [IgnoreDataMember]
    public IList<string> Secrets { get; } = [];

    /// <summary>The longest body that is read, in bytes. A longer one is answered 413. Default: 256 KB.</summary>
    public int MaxBodySize { get; set; } = 256 * 1024;

    /// <summary>
    /// How long the handler may take. Then its cancellation token is cancelled. Default: 30 seconds. Do longer work later: store the event in a queue of
    /// the application, and return.
    /// </summary>
    public TimeSpan HandlerTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Which deliveries are the same event. Default: <see cref="WebhookDuplicates.NotificationAndBody"/>.</summary>
    public WebhookDuplicates Duplicates { get; set; } = WebhookDuplicates.NotificationAndBody;

    /// <summary>
    /// How long events are remembered: within this time, none is handled again. Default: 24 hours. Longer than the time over which Visma sends a failed
    /// event again, which is set on the subscription.
    /// </summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// The name under which the events of this endpoint are remembered in the token cache. Two endpoints with the same name share their events: each is
    /// handled at one of them. Default: null; the pattern of the endpoint, with that of its groups. Set it if several applications share a token cache.
    /// </summary>
    public string? Name { get; set; }
}

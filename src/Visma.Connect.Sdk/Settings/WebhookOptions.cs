using System.Runtime.Serialization;
using System.Text.Json.Serialization;

namespace Visma.Connect.Sdk;

/// <summary>How the library receives webhooks.</summary>
/// <remarks>A change takes effect without a restart.</remarks>
public sealed class WebhookOptions
{
    /// <summary>
    /// The secret of each subscription whose events this application receives, from the Visma Developer Portal. While a secret is being replaced: the old
    /// and the new one. Default: empty; an endpoint of <c>MapVismaWebhook</c> then needs secrets of its own.
    /// </summary>
    [JsonIgnore]
    [IgnoreDataMember]
    public IList<string> Secrets { get; } = [];
}

using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Visma.Connect.Sdk;

/// <summary>An event of Visma's Webhook Dispatcher.</summary>
/// <remarks>Immutable and thread-safe. Visma documents the body of few events, so it is passed on unchanged.</remarks>
public sealed class WebhookEvent
{
    // Visma does not document the name; these are the names in events that were seen.
    private static readonly string[] TenantNames = ["tenantId", "tenant_id", "tenantid", "tenant"];

    /// <summary>
    /// Creates an event, for the unit tests of an application. The signature is not checked: <see cref="WebhookReader"/> does that.
    /// </summary>
    /// <param name="id">The id.</param>
    /// <param name="body">The body.</param>
    /// <param name="headers">The headers of the request. Default: none.</param>
    public WebhookEvent(string id, JsonElement body, IEnumerable<KeyValuePair<string, string>>? headers = null)
    {
        ArgumentNullException.ThrowIfNull(id);
        Id = id;
        Body = body.Clone();
        Dictionary<string, string> copied = new(StringComparer.OrdinalIgnoreCase);
        foreach (KeyValuePair<string, string> header in headers ?? [])
        {
            copied[header.Key] = header.Value;
        }

        Headers = copied;
    }

    /// <summary>The SHA-256 of the body, in hexadecimal. A repeated delivery of the event has the same id. Not secret.</summary>
    public string Id { get; }

    /// <summary>The body.</summary>
    public JsonElement Body { get; }

    /// <summary>The headers of the request that the application passed to the reader. Names compare without case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>
    /// The tenant of the event, read from the member names that are in use for it. Null if absent. Do not rely on it for events whose
    /// body Visma does not document.
    /// </summary>
    public string? TenantId => Body.ValueKind == JsonValueKind.Object
        ? TenantNames
            .Select(name => JsonText.Of(Body, name))
            .FirstOrDefault(value => !string.IsNullOrEmpty(value))
        : null;

    /// <summary>Reads the event as a change in a table of Business NXT.</summary>
    /// <param name="change">The change. Null if it is another event.</param>
    /// <returns>Whether it is such a change.</returns>
    public bool TryGetTableChange([NotNullWhen(true)] out TableChange? change)
    {
        change = TableChange.From(Body);
        return change is not null;
    }

    /// <summary>Returns the id. The body can contain personal data, and is not printed.</summary>
    public override string ToString() => $"webhook event {Id}";
}

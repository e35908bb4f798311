using System.Text.Json;

namespace Visma.Connect.Sdk;

/// <summary>A genuine event of Visma's Webhook Dispatcher.</summary>
/// <remarks>Immutable and thread-safe. Visma documents the body of few events, so it is here as it came.</remarks>
public sealed class WebhookEvent
{
    // Documented nowhere; what the events that were seen call it.
    private static readonly string[] TenantNames = ["tenantId", "tenant_id", "tenantid", "tenant"];

    internal WebhookEvent(string id, JsonElement body, IEnumerable<KeyValuePair<string, string>> headers)
    {
        Id = id;
        Body = body;
        Dictionary<string, string> copied = new(StringComparer.OrdinalIgnoreCase);
        foreach (KeyValuePair<string, string> header in headers)
        {
            copied[header.Key] = header.Value;
        }

        Headers = copied;
    }

    /// <summary>The SHA-256 of the body, in hexadecimal: the same when the event is delivered again, and no secret.</summary>
    public string Id { get; }

    /// <summary>The body.</summary>
    public JsonElement Body { get; }

    /// <summary>The request's headers, by name without case, as far as they were handed over.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>
    /// The tenant that the event is about, read from the names that are in use for it; null when there is none. Do not rely on it for
    /// events whose body Visma does not document.
    /// </summary>
    public string? TenantId => Body.ValueKind == JsonValueKind.Object
        ? TenantNames
            .Select(name => JsonText.Of(Body, name))
            .FirstOrDefault(value => !string.IsNullOrEmpty(value))
        : null;

    /// <summary>The event as a change in a table of Business NXT, if it is one.</summary>
    /// <param name="change">The change; null when it is another event.</param>
    public bool TryGetTableChange([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TableChange? change)
    {
        change = TableChange.From(Body);
        return change is not null;
    }

    /// <summary>Names the id; the body may hold what is nobody else's business.</summary>
    public override string ToString() => $"webhook event {Id}";
}

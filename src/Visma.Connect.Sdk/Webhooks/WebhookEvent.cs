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
        Delivery = new WebhookDelivery(headers ?? []);
    }

    /// <summary>
    /// The SHA-256 of the body, in hexadecimal. A repeated delivery has the same id, and so have two events with the same body. Not secret.
    /// </summary>
    public string Id { get; }

    /// <summary>
    /// The id of the notification and the <see cref="Id"/>: equal for Visma's repeated deliveries of one event, and different for two events with
    /// the same body. Without the header it is the <see cref="Id"/>. Not secret.
    /// </summary>
    /// <remarks>
    /// The header is not signed, so an attacker with a recorded delivery can send it again under another notification id. If handling an event
    /// twice does harm, compare the <see cref="Id"/>, or make the handling repeatable.
    /// </remarks>
    public string NotificationKey => Delivery.NotificationId is { } notification ? $"{notification}:{Id}" : Id;

    /// <summary>The body.</summary>
    public JsonElement Body { get; }

    /// <summary>The headers of the request that the application passed to the reader. Names compare without case.</summary>
    public IReadOnlyDictionary<string, string> Headers => Delivery.Headers;

    /// <summary>What the headers say about the delivery. They are not signed.</summary>
    public WebhookDelivery Delivery { get; }

    /// <summary>
    /// The tenant of the event: the one in the body, read from the member names that are in use for it, otherwise the one in the header, which is not
    /// signed (<see cref="IsTenantSigned"/>). Null if absent.
    /// </summary>
    public string? TenantId => TenantInBody ?? Delivery.TenantId;

    /// <summary>Whether the tenant is in the body, which the signature covers.</summary>
    public bool IsTenantSigned => TenantInBody is not null;

    /// <summary>
    /// Whether the header names another tenant than the body. Visma sends no such event: somebody has combined a recorded body with other headers. Ignore it.
    /// </summary>
    public bool HasContradictingTenant =>
        TenantInBody is { } signed && Delivery.TenantId is { } unsigned && !string.Equals(signed, unsigned, StringComparison.OrdinalIgnoreCase);

    private string? TenantInBody => Body.ValueKind == JsonValueKind.Object
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

    /// <summary>Reads the event as a change of employees in Visma's Norwegian payroll (<c>EMPLOYEE_CHANGED</c>).</summary>
    /// <param name="changes">The changes. Null if it is another event.</param>
    /// <returns>Whether the body has this form, and no header names another event.</returns>
    public bool TryGetEmployeeChanges([NotNullWhen(true)] out EmployeeChanges? changes)
    {
        changes = Delivery.EventName is { } name && !string.Equals(name, EmployeeChanges.EventName, StringComparison.OrdinalIgnoreCase)
            ? null
            : EmployeeChanges.From(Body);
        return changes is not null;
    }

    /// <summary>Reads the event as the approval of the application by a customer (<c>tenant_application_added</c>).</summary>
    /// <param name="added">The approval. Null if it is another event.</param>
    /// <returns>Whether the header says so, which is not signed.</returns>
    public bool TryGetTenantApplicationAdded([NotNullWhen(true)] out TenantApplicationAdded? added)
    {
        added = TenantApplicationAdded.From(this);
        return added is not null;
    }

    /// <summary>Returns the id. The body can contain personal data, and is not printed.</summary>
    public override string ToString() => $"webhook event {Id}";
}

namespace Visma.Connect.Sdk;

/// <summary>
/// A customer has approved the application for a company: the event <c>tenant_application_added</c> of the publisher Connect Webhooks Subscriber API. From
/// now on, a service token for the company can be requested.
/// </summary>
/// <remarks>
/// Immutable and thread-safe. Visma documents the name of the event and not its content, so the tenant is read under the names that are in use for it. The
/// name of the event is in a header, which is not signed: take the event as a hint, and request a token to see whether it is true.
/// </remarks>
public sealed class TenantApplicationAdded
{
    /// <summary>The name of the event, in <see cref="WebhookDelivery.EventName"/>.</summary>
    public const string EventName = "tenant_application_added";

    /// <summary>Creates an event, for the unit tests of an application.</summary>
    /// <param name="tenantId">The company.</param>
    /// <param name="applicationId">The application.</param>
    public TenantApplicationAdded(string? tenantId, string? applicationId = null)
    {
        TenantId = tenantId;
        ApplicationId = applicationId;
    }

    /// <summary>The company: <see cref="WebhookEvent.TenantId"/>. Null if the event does not name it.</summary>
    public string? TenantId { get; }

    /// <summary>The application: <see cref="WebhookDelivery.ApplicationId"/>. Null if the event does not name it.</summary>
    public string? ApplicationId { get; }

    /// <summary>Returns the company.</summary>
    public override string ToString() => $"application added for tenant {VisibleText.Of(TenantId ?? "unknown")}";

    internal static TenantApplicationAdded? From(WebhookEvent received) =>
        string.Equals(received.Delivery.EventName, EventName, StringComparison.OrdinalIgnoreCase)
            ? new TenantApplicationAdded(received.TenantId, received.Delivery.ApplicationId)
            : null;
}

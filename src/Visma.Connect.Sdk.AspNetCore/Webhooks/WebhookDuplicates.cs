namespace Visma.Connect.Sdk;

/// <summary>Which deliveries of a webhook are the same event, which is handled once.</summary>
public enum WebhookDuplicates
{
    /// <summary>
    /// Deliveries with the same body and the same notification id (<see cref="WebhookEvent.NotificationKey"/>). Visma's repeated deliveries are recognised,
    /// and no event is taken for another one. But the id is not signed: a person who has recorded a genuine delivery can have it handled again under
    /// another id.
    /// </summary>
    NotificationAndBody,

    /// <summary>
    /// Deliveries with the same body (<see cref="WebhookEvent.Id"/>). A recorded delivery is not handled again either. But of two events with the same
    /// body, the second is lost: use it only for events whose body contains a time or a number of its own, such as <see cref="TableChange"/>.
    /// </summary>
    Body,

    /// <summary>None: every delivery is handled, also repeated ones. The application recognises them itself.</summary>
    None,
}

namespace Visma.Connect.Sdk;

/// <summary>Handles webhook events with services of the container: <c>app.MapVismaWebhook&lt;MyHandler&gt;("/hooks/visma")</c>.</summary>
public interface IVismaWebhookHandler
{
    /// <summary>Handles an event, or stores it for later. After that, Visma is answered 200 and does not send it again.</summary>
    /// <param name="received">The event. Its signature is right, and no other process has handled it.</param>
    /// <param name="cancellationToken">Is cancelled after <see cref="VismaWebhookEndpointOptions.HandlerTimeout"/>.</param>
    /// <returns>A task that completes when the event is handled. If it fails, Visma is answered 500 and sends the event again.</returns>
    Task HandleAsync(WebhookEvent received, CancellationToken cancellationToken);
}

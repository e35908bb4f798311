using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk;

/// <summary>A webhook handler that is a delegate. It gets the services of a new scope for each event.</summary>
internal sealed class DelegateWebhookHandler(
    IServiceScopeFactory scopes,
    Func<WebhookEvent, IServiceProvider, CancellationToken, Task> handle) : IVismaWebhookHandler
{
    public async Task HandleAsync(WebhookEvent received, CancellationToken cancellationToken)
    {
        AsyncServiceScope scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            await handle(received, scope.ServiceProvider, cancellationToken).ConfigureAwait(false);
        }
    }
}

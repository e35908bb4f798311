using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk;

/// <summary>A webhook handler that is a class of the container, in a new scope for each event.</summary>
internal sealed class ScopedWebhookHandler<THandler>(IServiceScopeFactory scopes) : IVismaWebhookHandler
    where THandler : class, IVismaWebhookHandler
{
    public async Task HandleAsync(WebhookEvent received, CancellationToken cancellationToken)
    {
        AsyncServiceScope scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            await scope.ServiceProvider.GetRequiredService<THandler>().HandleAsync(received, cancellationToken).ConfigureAwait(false);
        }
    }
}

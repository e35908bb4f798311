using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk;

/// <summary>Calls a delegate of the application with the services of a new scope for each notice.</summary>
internal sealed class DelegateObserver(
    IServiceScopeFactory scopes,
    Func<Reauthorization, IServiceProvider, CancellationToken, Task> observe) : IReauthorizationObserver
{
    public async Task OnReauthorizationRequiredAsync(Reauthorization reauthorization, CancellationToken cancellationToken)
    {
        AsyncServiceScope scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            await observe(reauthorization, scope.ServiceProvider, cancellationToken).ConfigureAwait(false);
        }
    }
}

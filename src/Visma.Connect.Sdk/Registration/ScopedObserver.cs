using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk;

/// <summary>
/// Creates the observer <typeparamref name="T"/> in a new scope for each notice, so that it can use scoped services such as a DbContext, and no
/// other observer shares them.
/// </summary>
internal sealed class ScopedObserver<T>(IServiceScopeFactory scopes) : IReauthorizationObserver
    where T : class, IReauthorizationObserver
{
    public async Task OnReauthorizationRequiredAsync(Reauthorization reauthorization, CancellationToken cancellationToken)
    {
        AsyncServiceScope scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            await scope.ServiceProvider.GetRequiredService<T>().OnReauthorizationRequiredAsync(reauthorization, cancellationToken).ConfigureAwait(false);
        }
    }
}

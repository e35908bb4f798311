using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk;

/// <summary>Creates a registered typed client from the services of another provider than the container.</summary>
internal sealed class TypedClientActivator(IServiceCollection services)
{
    public object? Create(Type type, IServiceProvider provider)
    {
        ServiceDescriptor? registration = services.LastOrDefault(service => service.ServiceType == type && !service.IsKeyedService);
        return registration?.ImplementationFactory is { } factory ? factory(provider)
            : registration?.ImplementationType is { } implementation ? ActivatorUtilities.CreateInstance(provider, implementation)
            : null;
    }
}

using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk;

/// <summary>The registrations, so that a typed client can be made anew with other services around it.</summary>
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

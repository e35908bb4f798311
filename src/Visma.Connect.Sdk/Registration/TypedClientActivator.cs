using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk;

/// <summary>Creates registered services, such as typed clients, from the services of another provider than the container.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class TypedClientActivator(IServiceCollection services)
{
    private readonly ConcurrentDictionary<ServiceDescriptor, bool> _usesHttpClients = new();

    // Made at first use, when the container is built and no registration is added: a bound client looks up each service that it takes.
    private readonly Lazy<ILookup<Type, ServiceDescriptor>> _registrations = new(() => services.ToLookup(service => service.ServiceType));

    /// <summary>The registration of a service that the container would use. Null if there is none for exactly this type and key.</summary>
    public ServiceDescriptor? Find(Type type, object? key) => _registrations.Value[type].LastOrDefault(service => Equals(KeyOf(service), key));

    /// <summary>Whether a service is registered for this key, or for any key.</summary>
    public bool IsKnown(Type type, object key) => Find(type, key) is not null || Find(type, KeyedService.AnyKey) is not null;

    /// <summary>Whether a service is registered, with whatever key.</summary>
    public bool IsKeyed(Type type) => _registrations.Value[type].Any(service => service.IsKeyedService);

    /// <summary>Creates a service. Null if it is registered as an instance.</summary>
    public static object? Create(ServiceDescriptor registration, IServiceProvider provider) => registration switch
    {
        { IsKeyedService: true, KeyedImplementationFactory: { } factory } => factory(provider, registration.ServiceKey),
        { IsKeyedService: true } => registration.KeyedImplementationType is { } keyed ? ActivatorUtilities.CreateInstance(provider, keyed) : null,
        { ImplementationFactory: { } factory } => factory(provider),
        _ => registration.ImplementationType is { } implementation ? ActivatorUtilities.CreateInstance(provider, implementation) : null,
    };

    /// <summary>Creates another instance of the type of a service that the container has created.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2072", Justification = "The container has just used a constructor of this type, so it was not trimmed away.")]
    public static object? CreateAgain(object? service, IServiceProvider provider) =>
        service is null ? null : ActivatorUtilities.CreateInstance(provider, service.GetType());

    /// <summary>Whether a service is known to create HttpClients with tokens, or takes what can do so at any time: the factory or the container.</summary>
    public bool UsesHttpClients(ServiceDescriptor registration) =>
        _usesHttpClients.TryGetValue(registration, out bool known) ? known : _usesHttpClients.GetOrAdd(registration, TakesFactory(registration));

    /// <summary>Notes that the container has created a service with HttpClients that carry tokens.</summary>
    public void RememberUse(ServiceDescriptor registration) => _usesHttpClients[registration] = true;

    private bool TakesFactory(ServiceDescriptor registration)
    {
        // A circle of services cannot be created, but its types can be read without an end.
        _usesHttpClients.TryAdd(registration, false);
        Type? implementation = registration.IsKeyedService ? registration.KeyedImplementationType : registration.ImplementationType;
        bool takes = implementation?.GetConstructors().SelectMany(constructor => constructor.GetParameters()).Any(parameter =>
            parameter.ParameterType == typeof(IHttpClientFactory) || parameter.ParameterType == typeof(IServiceProvider)
            || (Find(parameter.ParameterType, key: null) is { Lifetime: ServiceLifetime.Transient } taken && UsesHttpClients(taken))) == true;
        return _usesHttpClients[registration] = takes;
    }

    private static object? KeyOf(ServiceDescriptor registration) => registration.IsKeyedService ? registration.ServiceKey : null;
}

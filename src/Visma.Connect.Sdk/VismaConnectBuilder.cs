using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk;

/// <summary>
/// What <c>AddVismaConnect</c> returns: the place to add a durable token cache, the encryption of stored tokens and more to the library.
/// </summary>
/// <remarks>
/// Everything that can be added is an extension method of this class in the namespace <c>Visma.Connect.Sdk</c>, whichever package it comes
/// from. Each call of <c>AddVismaConnect</c> returns a new builder of the same service collection, so any of them will do.
/// </remarks>
public sealed class VismaConnectBuilder
{
    internal VismaConnectBuilder(IServiceCollection services) => Services = services;

    /// <summary>The service collection that the library is registered in.</summary>
    public IServiceCollection Services { get; }
}

using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.AspNetCore;

/// <summary>Registers the encryption of stored tokens.</summary>
public static class TokenProtectionServiceCollectionExtensions
{
    /// <summary>
    /// Encrypts what a durable token cache stores with ASP.NET Core's Data Protection, whose key ring rotates by itself.
    /// </summary>
    /// <param name="services">The service collection.</param>
    /// <returns>The service collection.</returns>
    /// <remarks>
    /// The key ring has to outlive the tokens, and to be the same in every process that shares them: persist it (<c>PersistKeysTo...</c>), protect
    /// it, and give all processes one <c>SetApplicationName</c>. A lost key ring is a lost consent of every user.
    /// </remarks>
    public static IServiceCollection ProtectTokensWithDataProtection(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddDataProtection();
        services.AddSingleton<ITokenProtector, DataProtectionTokenProtector>();
        return services;
    }
}

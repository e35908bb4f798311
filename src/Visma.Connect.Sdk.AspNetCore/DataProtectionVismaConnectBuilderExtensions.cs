using Microsoft.Extensions.DependencyInjection;
using Visma.Connect.Sdk.AspNetCore;

namespace Visma.Connect.Sdk;

/// <summary>Adds the encryption of stored tokens by ASP.NET Core's Data Protection to the library.</summary>
public static class DataProtectionVismaConnectBuilderExtensions
{
    /// <summary>Encrypts what a durable token cache stores with ASP.NET Core's Data Protection, which rotates its keys by itself.</summary>
    /// <param name="builder">The builder that <c>AddVismaConnect</c> returned.</param>
    /// <returns>The builder.</returns>
    /// <remarks>
    /// The key ring must live longer than the tokens, and every process that shares the tokens needs the same one: persist it
    /// (<c>PersistKeysTo...</c>), protect it, and give all processes the same <c>SetApplicationName</c>. If the key ring is lost, every user has to
    /// connect again.
    /// </remarks>
    public static VismaConnectBuilder ProtectTokensWithDataProtection(this VismaConnectBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ConnectRegistration.AddTo(builder.Services);
        builder.Services.AddSingleton<ITokenProtector, DataProtectionTokenProtector>();
        return builder;
    }
}

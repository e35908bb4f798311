using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>Creates the serializer of stored entries, which encrypts as the settings and the registered <see cref="ITokenProtector"/> say.</summary>
internal static partial class TokenEntryProtection
{
    public static TokenEntrySerializer CreateSerializer(IServiceProvider provider)
    {
        LiveSettings settings = provider.GetRequiredService<LiveSettings>();
        VismaConnectOptions current = settings.Current;
        ITokenProtector? ofApplication = provider.GetService<ITokenProtector>();
        ITokenProtector? ofSettings = current.TokenProtection.Keys.Count > 0 ? ProtectorOf(() => settings.Current.TokenProtection) : null;
        if (ofApplication is not null)
        {
            return new TokenEntrySerializer(ofApplication, ofSettings is null ? null : [ofSettings], current.AllowUnprotectedTokens);
        }

        if (ofSettings is not null)
        {
            return new TokenEntrySerializer(ofSettings, acceptUnprotected: current.AllowUnprotectedTokens);
        }

        if (current.AllowUnprotectedTokens)
        {
            Log.TokensUnprotected(provider.GetRequiredService<GuardedLogger>());
            return TokenEntrySerializer.Unprotected;
        }

        throw new OptionsValidationException(
                Options.DefaultName,
                typeof(VismaConnectOptions),
                [
                    "The token cache is durable, and its entries would not be encrypted. Set "
                    + $"{current.Section}:{nameof(VismaConnectOptions.TokenProtection)}:{nameof(TokenProtectionOptions.Keys)}:<name> "
                    + "to 32 random bytes in base64 (openssl rand -base64 32), or call ProtectTokensWithDataProtection (Visma.Connect.Sdk.AspNetCore), "
                    + "or register an ITokenProtector. "
                    + $"For a trial, set {current.Section}:{nameof(VismaConnectOptions.AllowUnprotectedTokens)} to true.",
                ]);
    }
}

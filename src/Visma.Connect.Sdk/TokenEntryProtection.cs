using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>How stored entries are encrypted, as the settings and the container say.</summary>
internal static partial class TokenEntryProtection
{
    public static TokenEntrySerializer CreateSerializer(IServiceProvider provider)
    {
        LiveSettings settings = provider.GetRequiredService<LiveSettings>();
        VismaConnectOptions current = settings.Current;
        ITokenProtector? protector = provider.GetService<ITokenProtector>()
            ?? (current.TokenProtection.Keys.Count > 0 ? ProtectorOf(() => settings.Current.TokenProtection) : null);
        return protector is not null ? new TokenEntrySerializer(protector, current.AllowUnprotectedTokens)
            : current.AllowUnprotectedTokens ? TokenEntrySerializer.Unprotected
            : throw new OptionsValidationException(
                Options.DefaultName,
                typeof(VismaConnectOptions),
                [
                    $"The token cache is durable, and nothing encrypts what it stores. Set {current.Section}:{nameof(VismaConnectOptions.TokenProtection)}:{nameof(TokenProtectionOptions.Keys)}:<name> "
                    + "to 32 random bytes in base64 (openssl rand -base64 32), or call ProtectTokensWithDataProtection (Visma.Connect.Sdk.AspNetCore), or register an ITokenProtector; "
                    + $"or, for a trial, set {current.Section}:{nameof(VismaConnectOptions.AllowUnprotectedTokens)} to true.",
                ]);
    }
}

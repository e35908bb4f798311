using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

internal static partial class TokenEntryProtection
{
    // netstandard2.0 has no AES-GCM.
    private static ITokenProtector ProtectorOf(Func<TokenProtectionOptions> options) => throw new OptionsValidationException(
        Options.DefaultName,
        typeof(VismaConnectOptions),
        [$"{nameof(VismaConnectOptions.TokenProtection)} has {options().Keys.Count} keys, and encryption with them needs .NET 10 or later. Register an "
            + "ITokenProtector instead."]);
}

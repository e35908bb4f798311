namespace Visma.Connect.Sdk;

internal static partial class TokenEntryProtection
{
    private static AesGcmTokenProtector ProtectorOf(Func<TokenProtectionOptions> options) => new(options);
}

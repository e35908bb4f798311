namespace Visma.Connect.Sdk;

/// <summary>The failure of the token cache before the authorization code was sent.</summary>
internal static class CodeNotSent
{
    public static VismaConnectException Because(VismaConnectException failure) => new(failure.Message, LocalCauses.CodeNotSent.Remedy, failure)
    {
        IsTransient = true,
        WasNotSent = true,
    };
}

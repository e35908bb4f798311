namespace Visma.Connect.Sdk;

/// <summary>The failure of the token cache before the authorization code was sent.</summary>
internal static class CodeNotSent
{
    private const string Remedy = "Check the token cache, and complete the consent again with the same response: its code was not sent.";

    public static VismaConnectException Because(VismaConnectException failure) => new($"{failure.Message} {Remedy}", failure)
    {
        IsTransient = true,
        Remedy = Remedy,
        WasNotSent = true,
    };
}

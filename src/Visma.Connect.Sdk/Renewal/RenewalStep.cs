namespace Visma.Connect.Sdk;

/// <summary>How a renewal goes on after an attempt.</summary>
/// <param name="Token">It is over: this is the token.</param>
/// <param name="Again">Another attempt, on this entry that has our own mark. Null, as the token: a look at the cache is due.</param>
internal readonly record struct RenewalStep(AccessToken? Token, TokenEntry? Again)
{
    public static RenewalStep LookAgain => default;
}

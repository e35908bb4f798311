namespace Visma.Connect.Sdk;

/// <summary>How the last token request for a key failed, how many failed in a row, and until when no request is sent.</summary>
internal sealed record RenewalFailure(VismaConnectException Exception, int InARow, long NotBefore)
{
    /// <summary>The same failure, for a caller that comes before the next request is allowed.</summary>
    public VismaConnectException Repeated(TimeSpan wait) =>
        Exception.Again(FormattableString.Invariant($"{Exception.Message} The next request is sent in {wait.TotalSeconds:0.#} s at the earliest."), wait);
}

namespace Visma.Connect.Sdk;

/// <summary>How the last token request for a key failed, how many did in a row, and until when the server is left alone.</summary>
internal sealed record RenewalFailure(VismaConnectException Exception, int InARow, long NotBefore)
{
    /// <summary>The same failure again, for a caller who comes before the server may be asked anew.</summary>
    public VismaConnectException Repeated(TimeSpan wait) =>
        Exception.Again(FormattableString.Invariant($"{Exception.Message} The server is not asked again for another {wait.TotalSeconds:0.#} s."), wait);
}

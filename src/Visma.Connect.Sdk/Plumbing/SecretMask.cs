namespace Visma.Connect.Sdk;

/// <summary>
/// Masks secrets in the text of a server that quotes them. A secret that stands there as it was sent is replaced. If a part of one remains, or appears
/// when the text is decoded, nothing of the text is shown: less is better than a secret in an encoding that was not thought of.
/// </summary>
/// <param name="secrets">The secrets, each in the forms in which it was sent. Empty ones are ignored.</param>
internal sealed class SecretMask(IReadOnlyCollection<string> secrets)
{
    private const string Mask = "***";

    // A run of this length that a text and a secret share is no accident. Of a shorter secret, the whole must be there.
    private const int Run = 8;

    // A shorter secret would be found in any text that is decoded, and no server issues one.
    private const int ShortestInDecoded = 4;

    // A secret can be the beginning of another one.
    private readonly string[] _secrets =
        [.. secrets.Where(secret => secret.Length > 0).Distinct(StringComparer.Ordinal).OrderByDescending(secret => secret.Length)];

    public string Apply(string text)
    {
        if (_secrets.Any(secret => IsCutShort(secret, text)))
        {
            return Mask;
        }

        HashSet<string> runs = RunsOf(_secrets);
        string masked = Masked(text, _secrets);
        return Shares(masked, runs) || DecodedText.Of(masked).Any(view => Shares(view, runs)) ? Mask : masked;
    }

    // A secret that is a part of this one stays: masked, it would hide that more of this one follows.
    private bool IsCutShort(string secret, string text) =>
        Array.Exists(_secrets, part => IsPart(part, secret))
        && Shares(Masked(text, _secrets.Where(other => !IsPart(other, secret))), RunsOf([secret]));

    private static bool IsPart(string part, string secret) => part.Length < secret.Length && secret.Contains(part, StringComparison.Ordinal);

    private static string Masked(string text, IEnumerable<string> secrets) => secrets.Aggregate(text, (masked, secret) => masked.Replace(secret, Mask));

    private static bool Holds(string text, string run) => text.Contains(run, StringComparison.OrdinalIgnoreCase);

    private static bool Shares(string view, HashSet<string> runs) =>
        runs.Any(run => run.Length < Run && Holds(view, run))
        || (view.Length >= Run && Enumerable.Range(0, view.Length - Run + 1).Any(at => runs.Contains(view.Substring(at, Run))));

    private static HashSet<string> RunsOf(IEnumerable<string> secrets) => new(secrets.SelectMany(RunsOf), StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<string> RunsOf(string secret) =>
        secret.Length < ShortestInDecoded ? []
        : secret.Length <= Run ? [secret]
        : Enumerable.Range(0, secret.Length - Run + 1).Select(at => secret.Substring(at, Run));
}

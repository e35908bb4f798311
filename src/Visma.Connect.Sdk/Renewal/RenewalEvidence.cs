namespace Visma.Connect.Sdk;

/// <summary>
/// What is known about sends of a refresh token whose outcome is unknown. Each mark contains it, and so does every later mark. A
/// connection that ends shows it to the application.
/// </summary>
internal static class RenewalEvidence
{
    /// <summary>The evidence of a mark, with a send under that mark that brought no usable reply.</summary>
    public static string Of(RenewalMark mark, VismaConnectException failure) =>
        Joined(mark.Outcome, FormattableString.Invariant($"Attempt {mark.Attempt} ({mark.PlacedAt:u}): {failure.Message}"));

    /// <summary>The evidence of another process's mark. The process may have sent the token under it, and did not finish.</summary>
    public static string OfUnfinished(RenewalMark mark) =>
        mark.Outcome ?? FormattableString.Invariant($"Attempt {mark.Attempt} ({mark.PlacedAt:u}): the process that made it did not finish it.");

    /// <summary>Why a refused refresh token ends the connection.</summary>
    public static string WhyRefused(VismaConnectException refusal, RenewalMark mark) =>
        $"The identity server refused the refresh token (invalid_grant{(refusal.ErrorDescription is null ? "" : $": '{refusal.ErrorDescription}'")}): "
        + (mark.Outcome is null
            ? "the consent was revoked or has expired, or the token was used elsewhere."
            : $"an earlier attempt had an unknown outcome, so the token was probably spent by a renewal whose reply was lost. {mark.Outcome}");

    /// <summary>Why a connection ends although its refresh token was not refused.</summary>
    public static string WhyNotSentAgain(string evidence) =>
        "The refresh token was sent, and the outcome is unknown. It is not sent again, because the identity server could take that for a replay, and revoke "
        + $"every connection of this user at this client. {evidence} A grace period of 60 seconds for one-time refresh tokens, at the identity server and "
        + "in the settings of the client, prevents this.";

    /// <summary>Why a connection ends whose refresh token the identity server calls inactive.</summary>
    public static string WhySpent(string evidence) =>
        "The refresh token was sent, and the outcome was unknown. The identity server was asked, and answered that the token is not active: it was probably "
        + $"spent by a renewal whose reply was lost. It is not sent again. {evidence}";

    /// <summary>Why a connection without a refresh token ends.</summary>
    public static string WhyNotRenewable(bool isLegacy) => isLegacy
        ? "VNI refused its token (401): it was revoked, or a newer token for the same user and application has replaced it. VNI's tokens cannot be renewed."
        : "The access token has expired, and there is no refresh token: ask for the scope 'offline_access', and allow offline access to the "
            + "client at the identity server (in the Visma Developer Portal: Offline Access).";

    private static string Joined(string? before, string next) => before is null ? next : $"{before} {next}";
}

using System.Security.Cryptography;
using System.Text;

namespace Visma.Connect.Sdk;

/// <summary>Matches an answer with its request, and takes the code out; each thing that can be wrong with it has a message of its own.</summary>
internal static class AuthorizationResponseReader
{
    private const string BeginAgain = "Nothing was redeemed; the user has to begin again.";

    /// <exception cref="VismaConnectException">It is no answer to this request, or the answer is no.</exception>
    public static string CodeOf(AuthorizationResponse response, AuthorizationRequest request, DateTimeOffset now)
    {
        // What is not proven to be the answer is not told apart any further: an error, even, may be forged.
        if ((response.Fault ?? StateFault(response, request) ?? IssuerFault(response, request)) is { } fault)
        {
            throw NotTheAnswer(request, fault);
        }

        if (response.Error is { } error)
        {
            throw Refusal(response, request, error);
        }

        if (response.Code is not { } code)
        {
            throw NotTheAnswer(request, "it has neither a code nor an error");
        }

        // RFC 6749 appendix A.11: visible ASCII and spaces.
        if (code.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            throw NotTheAnswer(request, "its code holds characters that a code cannot have");
        }

        return now - request.CreatedAt > AuthorizationRequest.Lifetime ? throw NotTheAnswer(request, "it comes more than an hour after the request") : code;
    }

    /// <summary>Whether it has the state of the request: all that tells an answer, good or bad, from what a stranger made up.</summary>
    public static bool HasStateOf(AuthorizationResponse response, AuthorizationRequest request) => StateFault(response, request) is null;

    private static string? StateFault(AuthorizationResponse response, AuthorizationRequest request) => response.State switch
    {
        null => "it has no state",
        // In constant time: whoever forges answers learns nothing from how long a refusal takes.
        { } state when !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(state), Encoding.UTF8.GetBytes(request.State)) =>
            "its state is another one: it belongs to another sign-in, or is forged",
        _ => null,
    };

    // RFC 9207 section 2.4: by simple string comparison, for codes and errors alike.
    private static string? IssuerFault(AuthorizationResponse response, AuthorizationRequest request) => response.Issuer switch
    {
        null => request.RequiresIssuer ? "it names no issuer (iss, RFC 9207), which this server always does" : null,
        { } issuer when request.Issuer is not null && !string.Equals(issuer, request.Issuer, StringComparison.Ordinal) =>
            $"its issuer is '{VisibleText.Of(issuer, SecretsOf(response, request))}' instead of '{request.Issuer}': it comes from another server",
        _ => null,
    };

    // A server may quote what it was sent.
    private static IEnumerable<string> SecretsOf(AuthorizationResponse response, AuthorizationRequest request) =>
        ((string?[])[request.State, request.CodeVerifier, request.Nonce, response.Code]).OfType<string>().Where(secret => secret.Length > 0);

    private static VismaConnectException NotTheAnswer(AuthorizationRequest request, string fault) =>
        new($"The callback is no answer to the {request}: {fault}. {BeginAgain}") { Remedy = BeginAgain };

    private static VismaConnectException Refusal(AuthorizationResponse response, AuthorizationRequest request, string error)
    {
        error = VisibleText.Of(error, SecretsOf(response, request));
        string? description = response.ErrorDescription is { } text ? VisibleText.Of(text, SecretsOf(response, request)) : null;
        bool isCancelled = error == "access_denied";
        string? remedy = isCancelled ? "Offer to begin again." : KnownRefusals.RemedyForUser(error);
        return new VismaConnectException(
            (isCancelled ? $"The user did not consent to the {request} ({error})" : $"Visma refused the {request} ({error})")
            + (description is null ? "." : $": '{description.TrimEnd('.')}'.")
            + (remedy is null ? "" : $" {remedy}"))
        {
            Error = error,
            ErrorDescription = description,
            Remedy = remedy,
            IsCancelledByUser = isCancelled,
            IsTransient = error is "temporarily_unavailable" or "server_error",
        };
    }
}

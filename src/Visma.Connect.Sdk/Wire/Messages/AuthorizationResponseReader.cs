using System.Security.Cryptography;
using System.Text;
using Duende.IdentityModel;

namespace Visma.Connect.Sdk;

/// <summary>Checks an authorization response against its request, and returns the code. Each fault has its own message.</summary>
internal static class AuthorizationResponseReader
{

    /// <exception cref="VismaConnectException">The response does not belong to the request, or the server or the user refused.</exception>
    public static string CodeOf(AuthorizationResponse response, AuthorizationRequest request, VismaAuthority authority, DateTimeOffset now)
    {
        // These come first: as long as it is not certain that the server sent the response, an error in it may be forged.
        if ((response.Fault ?? StateFault(response, request) ?? IssuerFault(response, request)) is { } fault)
        {
            throw NotTheAnswer(request, fault);
        }

        if (response.Error is { } error)
        {
            throw Refusal(response, request, authority, error);
        }

        if (response.Code is not { } code)
        {
            throw NotTheAnswer(request, "it has neither a code nor an error");
        }

        // RFC 6749 appendix A.11: visible ASCII and spaces.
        if (code.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            throw NotTheAnswer(request, "its code contains characters that a code cannot contain");
        }

        return now - request.CreatedAt > AuthorizationRequest.Lifetime ? throw NotTheAnswer(request, "it arrived more than an hour after the request") : code;
    }

    /// <summary>Whether it has the state of the request. Only this shows that it answers the request, with a code or with an error.</summary>
    public static bool HasStateOf(AuthorizationResponse response, AuthorizationRequest request) => StateFault(response, request) is null;

    private static string? StateFault(AuthorizationResponse response, AuthorizationRequest request) => response.State switch
    {
        null => "it has no state",
        // In constant time, so that the duration of a refusal does not help an attacker.
        { } state when !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(state), Encoding.UTF8.GetBytes(request.State)) =>
            "it has another state: it belongs to another sign-in, or it is forged",
        _ => null,
    };

    // RFC 9207 section 2.4: a simple string comparison, for codes and for errors.
    private static string? IssuerFault(AuthorizationResponse response, AuthorizationRequest request) => response.Issuer switch
    {
        null => request.RequiresIssuer ? "it has no issuer (iss, RFC 9207), which this server always sends" : null,
        { } issuer when request.Issuer is not null && !string.Equals(issuer, request.Issuer, StringComparison.Ordinal) =>
            $"its issuer is '{VisibleText.Of(issuer, SecretsOf(response, request))}' instead of '{request.Issuer}': it comes from another server",
        _ => null,
    };

    // A server may repeat in its text what it received.
    private static IEnumerable<string> SecretsOf(AuthorizationResponse response, AuthorizationRequest request) =>
        ((string?[])[request.State, request.CodeVerifier, request.Nonce, response.Code]).OfType<string>().Where(secret => secret.Length > 0);

    private static VismaConnectException NotTheAnswer(AuthorizationRequest request, string fault) =>
        new($"The callback does not answer the {request}: {fault}. No code was exchanged.", LocalCauses.BeginAgain.Remedy, innerException: null);

    private static VismaConnectException Refusal(AuthorizationResponse response, AuthorizationRequest request, VismaAuthority authority, string error)
    {
        error = VisibleText.Of(error, SecretsOf(response, request));
        string? description = response.ErrorDescription is { } text ? VisibleText.Of(text, SecretsOf(response, request)) : null;
        bool isCancelled = error == OidcConstants.AuthorizeErrors.AccessDenied;
        return new VismaConnectException(
            (isCancelled ? $"The user did not consent to the {request} ({error})" : $"{authority.Name} refused the {request} ({error})")
            + (description is null ? "." : $": '{description.TrimEnd('.')}'."),
            KnownRefusals.RemedyForUser(error, authority),
            innerException: null)
        {
            Error = error,
            ErrorDescription = description,
            IsCancelledByUser = isCancelled,
            IsTransient = error is OidcConstants.AuthorizeErrors.TemporarilyUnavailable or OidcConstants.AuthorizeErrors.ServerError,
        };
    }
}

using Duende.IdentityModel;
using Duende.IdentityModel.Client;

namespace Visma.Connect.Sdk;

/// <summary>Checks an extension grant (RFC 6749 section 4.5), and creates its token request.</summary>
internal static class ExtensionGrant
{
    private const int LongestName = 64;
    private const int LongestUri = 256;

    // The values of these parameters may appear in messages. Every other value counts as a secret: most grants carry a token or an assertion.
    private static readonly string[] PublicParameters =
    [
        OidcConstants.TokenRequest.Scope, OidcConstants.TokenRequest.Resource, OidcConstants.TokenRequest.Audience, TokenRequest.TenantParameter,
        OidcConstants.TokenRequest.RequestedTokenType, OidcConstants.TokenRequest.SubjectTokenType, OidcConstants.TokenRequest.ActorTokenType,
    ];

    private static readonly string[] OwnParameters =
    [
        OidcConstants.TokenRequest.GrantType, OidcConstants.TokenRequest.ClientId, OidcConstants.TokenRequest.ClientSecret,
        OidcConstants.TokenRequest.ClientAssertion, OidcConstants.TokenRequest.ClientAssertionType,
    ];

    /// <exception cref="ArgumentException">The grant type or a parameter is wrong.</exception>
    public static TokenRequest RequestOf(ConfiguredClient client, string grantType, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        RequireGrantType(grantType);
        Parameters form = [.. parameters];
        RequireParameters(form);
        string[] scopes = [.. form.GetValues(OidcConstants.TokenRequest.Scope).SelectMany(scope => scope.Split([' '], StringSplitOptions.RemoveEmptyEntries))];
        string[] secrets = [.. form.Select(parameter => parameter.Key).Except(PublicParameters, StringComparer.Ordinal)];
        return TokenRequest.ForExtension(client, grantType, form, scopes, secrets);
    }

    private static void RequireGrantType(string grantType)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(grantType);
        string? ownMethod = grantType switch
        {
            GrantTypes.AuthorizationCode => nameof(VismaConnectClient.ExchangeCodeAsync),
            GrantTypes.RefreshToken => nameof(VismaConnectClient.RefreshAsync),
            GrantTypes.ClientCredentials => nameof(VismaConnectClient.RequestClientCredentialsTokenAsync),
            _ => null,
        };
        if (ownMethod is not null)
        {
            throw new ArgumentException($"The grant '{grantType}' is not an extension grant. Call {ownMethod}.", nameof(grantType));
        }

        // The value is not repeated: it may be a token in the wrong place.
        if (!IsName(grantType) && !IsAbsoluteUri(grantType))
        {
            throw new ArgumentException(
                "The type of an extension grant is an absolute URI of at most 256 characters, or a name of at most 64 letters, digits, '-', '.' and '_' "
                    + "(RFC 6749 appendix A.10).",
                nameof(grantType));
        }
    }

    private static void RequireParameters(Parameters parameters)
    {
        if (parameters.Any(parameter => string.IsNullOrWhiteSpace(parameter.Key) || parameter.Value is null))
        {
            throw new ArgumentException("A parameter has no name, or its value is null. Leave it out.", nameof(parameters));
        }

        if (parameters.Select(parameter => parameter.Key).FirstOrDefault(OwnParameters.Contains) is { } own)
        {
            throw new ArgumentException(
                $"Parameter '{own}' is set by the library, from the grant type and the settings of the client. Leave it out.",
                nameof(parameters));
        }
    }

    // The name appears in messages, traces and metrics. A token in its place is longer than the name of any grant.
    private static bool IsName(string text) => text.Length <= LongestName && text.All(
        character => character is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '-' or '.' or '_');

    private static bool IsAbsoluteUri(string text) =>
        text.Length <= LongestUri
        && AccessToken.IsHeaderSafe(text)
        && text.IndexOf(':') > 0
        && Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)
        && !uri.IsFile;
}

using System.Globalization;
using System.Security.Cryptography;

namespace Visma.Connect.Sdk.Testing;

/// <summary>An application registered at <see cref="FakeVisma"/>.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class FakeClient
{
    private readonly Lock _lock = new();
    private readonly List<string> _secrets = [];
    private readonly List<string> _redirectUris = [];

    internal FakeClient(string clientId, IReadOnlyList<string> scopes)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(clientId);
        ClientId = clientId;
        Scopes = scopes;
        AddSecret();
    }

    /// <summary>The client id.</summary>
    public string ClientId { get; }

    /// <summary>The scopes it may ask for, and gets when it asks for none.</summary>
    public IReadOnlyList<string> Scopes { get; }

    /// <summary>The newest secret. It holds characters that a sloppy Basic encoding would get wrong.</summary>
    public string Secret
    {
        get
        {
            lock (_lock)
            {
                return _secrets[^1];
            }
        }
    }

    /// <summary>How long its access tokens live. Default: an hour, Visma's longest.</summary>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Whether it has no secret, as an app on a desktop or in a browser: its token requests name the client id only, and it must use PKCE.</summary>
    public bool IsPublic { get; set; }

    /// <summary>The portal's switch Offline Access; off: <c>offline_access</c> brings no refresh token. Default: on.</summary>
    public bool OfflineAccess { get; set; } = true;

    /// <summary>How its refresh tokens behave. Default: one-time without grace, and a reused one ends the grant.</summary>
    public FakeRefreshTokens RefreshTokens { get; set; } = FakeRefreshTokens.OneTime();

    /// <summary>Where its users may be sent back to, after signing in or out.</summary>
    public IReadOnlyList<string> RedirectUris
    {
        get
        {
            lock (_lock)
            {
                return [.. _redirectUris];
            }
        }
    }

    /// <summary>
    /// Registers addresses that its users may be sent back to. They compare byte for byte; but <c>http://127.0.0.1/path</c> without a port
    /// is good for every port (RFC 8252 section 7.3).
    /// </summary>
    /// <param name="redirectUris">The addresses.</param>
    /// <returns>This client.</returns>
    public FakeClient AllowRedirectTo(params IEnumerable<string> redirectUris)
    {
        lock (_lock)
        {
            _redirectUris.AddRange(redirectUris);
        }

        return this;
    }

    /// <summary>Adds a secret, as in the Credentials tab of the portal; the older ones go on working.</summary>
    /// <param name="secret">The secret; a random one when null.</param>
    /// <returns>The new secret.</returns>
    public string AddSecret(string? secret = null)
    {
        secret ??= "s:+%/" + Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        lock (_lock)
        {
            _secrets.Add(secret);
        }

        return secret;
    }

    /// <summary>Removes a secret: it is answered <c>invalid_client</c> from now on.</summary>
    /// <param name="secret">One of its secrets.</param>
    public void RemoveSecret(string secret)
    {
        lock (_lock)
        {
            _secrets.Remove(secret);
        }
    }

    /// <summary>
    /// The settings of this application, for <see cref="VismaConnectOptions.Clients"/>: its id, its newest secret if it has one, its scopes, its
    /// first redirect URI if it has any, and the grace period of its refresh tokens. The authority is Visma Connect's: name another where it is.
    /// </summary>
    public VismaClientOptions ToOptions()
    {
        VismaClientOptions options = new()
        {
            ClientId = ClientId,
            ClientSecret = IsPublic ? null : Secret,
            IsPublicClient = IsPublic,
            RedirectUri = RedirectUris is [var first, ..] ? first : null,
            GracePeriod = RefreshTokens.Grace > TimeSpan.Zero ? RefreshTokens.Grace : null,
        };
        foreach (string scope in Scopes)
        {
            options.Scopes.Add(scope);
        }

        return options;
    }

    internal bool Accepts(string? secret)
    {
        if (IsPublic)
        {
            return string.IsNullOrEmpty(secret);
        }

        lock (_lock)
        {
            return secret is not null && _secrets.Contains(secret);
        }
    }

    internal bool MayReturnTo(string redirectUri) =>
        RedirectUris.Any(registered => registered == redirectUri || IsSameButForThePort(registered, redirectUri));

    private static bool IsSameButForThePort(string registered, string redirectUri)
    {
        const string Loopback = "http://127.0.0.1";
        return registered.StartsWith(Loopback + "/", StringComparison.Ordinal)
            && redirectUri.StartsWith(Loopback + ":", StringComparison.Ordinal)
            && Uri.TryCreate(redirectUri, UriKind.Absolute, out Uri? uri)
            && string.Create(CultureInfo.InvariantCulture, $"{Loopback}:{uri.Port}{registered[Loopback.Length..]}") == redirectUri;
    }
}

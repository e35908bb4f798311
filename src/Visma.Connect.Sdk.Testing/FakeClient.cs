using System.Globalization;
using System.Security.Cryptography;

namespace Visma.Connect.Sdk.Testing;

/// <summary>An application that is registered at <see cref="FakeVisma"/>: see <see cref="FakeVisma.AddClient"/>.</summary>
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

    /// <summary>The scopes that it may request. A request without scopes gets all of them.</summary>
    public IReadOnlyList<string> Scopes { get; }

    /// <summary>The newest secret. It contains characters that a Basic header must encode (RFC 6749 section 2.3.1).</summary>
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

    internal IReadOnlyList<string> Secrets
    {
        get
        {
            lock (_lock)
            {
                return [.. _secrets];
            }
        }
    }

    /// <summary>The lifetime of its access tokens. Default: one hour, the longest that Visma offers.</summary>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Whether it is a public client, such as a desktop program: its token requests have a client id and no secret, and it must use PKCE.
    /// Default: false.
    /// </summary>
    public bool IsPublic { get; set; }

    /// <summary>
    /// The setting Offline Access of the portal. When it is false, <c>offline_access</c> is ignored, and no refresh token is issued.
    /// Default: true.
    /// </summary>
    public bool OfflineAccess { get; set; } = true;

    /// <summary>The kind of its refresh tokens. Default: one-time, without a grace period, and reuse revokes the grant.</summary>
    public FakeRefreshTokens RefreshTokens { get; set; } = FakeRefreshTokens.OneTime();

    /// <summary>The addresses to which its users may be sent back after they signed in or out.</summary>
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
    /// Registers addresses to which its users may be sent back after they signed in or out. They are compared byte for byte, with one
    /// exception: <c>http://127.0.0.1/path</c> without a port allows every port (RFC 8252 section 7.3).
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

    /// <summary>Adds a secret, as in the Credentials tab of the portal. The older secrets stay valid.</summary>
    /// <param name="secret">The secret. Default: a random one.</param>
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

    /// <summary>Removes a secret. Requests with it are answered <c>invalid_client</c> from now on.</summary>
    /// <param name="secret">One of its secrets.</param>
    public void RemoveSecret(string secret)
    {
        lock (_lock)
        {
            _secrets.Remove(secret);
        }
    }

    /// <summary>
    /// Creates the settings of this application for <see cref="VismaConnectOptions.Clients"/>: the client id, the newest secret, the
    /// scopes, the first redirect URI and the grace period of the refresh tokens. A public client has no secret there.
    /// </summary>
    /// <returns>New settings. The authority is Visma Connect; set <see cref="VismaClientOptions.Authority"/> for another one.</returns>
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

using System.Security.Cryptography;

namespace Visma.Connect.Sdk.Testing;

/// <summary>An application registered at <see cref="FakeVisma"/>.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class FakeClient
{
    private readonly Lock _lock = new();
    private readonly List<string> _secrets = [];

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

    /// <summary>The settings of this application, for <see cref="VismaConnectOptions.Clients"/>: its id, its newest secret and its scopes.</summary>
    public VismaClientOptions ToOptions()
    {
        VismaClientOptions options = new() { ClientId = ClientId, ClientSecret = Secret };
        foreach (string scope in Scopes)
        {
            options.Scopes.Add(scope);
        }

        return options;
    }

    internal bool Accepts(string? secret)
    {
        lock (_lock)
        {
            return secret is not null && _secrets.Contains(secret);
        }
    }
}

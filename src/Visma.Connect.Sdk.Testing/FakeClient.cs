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
    /// <returns>The new secret.</returns>
    public string AddSecret()
    {
        string secret = "s:+%/" + Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
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

    internal bool Accepts(string? secret)
    {
        lock (_lock)
        {
            return secret is not null && _secrets.Contains(secret);
        }
    }
}

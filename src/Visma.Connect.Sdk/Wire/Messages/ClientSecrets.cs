using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>The order in which the secrets of a client are tried: the secret that the server accepted last comes first.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ClientSecrets(ILogger logger)
{
    // A public client has no secret, and sends none.
    private static readonly string?[] PublicClient = [null];

    private volatile string? _accepted;

    /// <summary>Returns the secrets to try, in order; for a public client one null.</summary>
    public IReadOnlyList<string?> ToTry(ConfiguredClient client)
    {
        string[] secrets = client.Options.SecretsInOrder();
        if (secrets.Length == 0)
        {
            return PublicClient;
        }

        // The sort is stable. Most clients have one secret, and need no sort.
        return secrets.Length == 1 ? secrets : InOrderOfUse(secrets);
    }

    private string[] InOrderOfUse(string[] secrets) => [.. secrets.OrderBy(secret => secret == _accepted ? 0 : 1)];

    public void Accept(string? secret) => _accepted = secret;

    public void LogRefused(ConfiguredClient client, string? secret)
    {
        string[] inSettings = client.Options.SecretsInOrder();
        Log.SecretRefused(logger, client.Name, inSettings.TakeWhile(other => other != secret).Count() + 1, inSettings.Length, Portal.Of(client.Authority));
    }
}

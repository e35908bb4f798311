using System.Text;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Visma.Connect.Sdk;

/// <summary>
/// Fetches the metadata and keys of an identity server over TLS, with a limit of time and size. Metadata of another issuer is refused (RFC 8414
/// sections 3.3 and 6.2).
/// </summary>
internal sealed class DiscoveryDocuments(ServerExchange exchange, ConfiguredClient client, TimeProvider time)
    : IDocumentRetriever, IConfigurationValidator<OpenIdConnectConfiguration>
{
    public async Task<string> GetDocumentAsync(string address, CancellationToken cancel)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || !SecureTransport.Allows(uri))
        {
            throw new VismaConnectException($"'{VisibleText.Of(address)}' is not {SecureTransport.Rule}. Keys are not fetched from this address.");
        }

        DocumentRequest request = new(client, uri);
        using ServerReply reply = await exchange.SendAsync(request, secret: null, cancel).ConfigureAwait(false);
        TokenReplyReader.Accept(in reply, request, time.GetUtcNow());
        return reply.IsTooLong
            ? throw new VismaConnectException($"The reply to {request} is longer than 1 MiB.")
            : Encoding.UTF8.GetString(reply.Body.ToArray());
    }

    public ConfigurationValidationResult Validate(OpenIdConnectConfiguration configuration)
    {
        string? fault = !string.Equals(configuration.Issuer, client.Authority.Issuer, StringComparison.Ordinal)
            ? $"its issuer is '{VisibleText.Of(configuration.Issuer ?? "")}' instead of '{client.Authority.Issuer}'"
            : configuration.JsonWebKeySet is not { Keys.Count: > 0 } ? "it has no keys" : null;

        // It is thrown because Microsoft.IdentityModel does not pass on the message of a result.
        return fault is null ? new ConfigurationValidationResult { Succeeded = true } : throw new VismaConnectException($"in the discovery document, {fault}");
    }
}

using System.Text;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Visma.Connect.Sdk;

/// <summary>
/// Fetches the metadata and keys of an identity server over TLS, with a limit of time and size. Metadata of another issuer is refused (RFC 8414
/// sections 3.3 and 6.2).
/// </summary>
internal sealed class DiscoveryDocuments(ServerExchange exchange, ConfiguredClient client, TimeProvider time) : IDocumentRetriever
{
    /// <exception cref="InvalidOperationException">The authority has neither a discovery document nor a key set.</exception>
    /// <exception cref="VismaConnectException">The documents cannot be fetched, or cannot be used.</exception>
    public async Task<OpenIdConnectConfiguration> FetchAsync()
    {
        VismaAuthority authority = client.Authority;
        if (authority.Issuer is null || (authority.KeysEndpoint ?? authority.DiscoveryEndpoint) is not { } address)
        {
            throw new InvalidOperationException($"Authority '{authority.Name}' issues no id tokens: it has no issuer, or no discovery document.");
        }

        try
        {
            OpenIdConnectConfiguration configuration = await (authority.KeysEndpoint is null
                ? OpenIdConnectConfigurationRetriever.GetAsync(address.AbsoluteUri, this, CancellationToken.None)
                : FetchKeysAsync(address)).ConfigureAwait(false);
            return FaultOf(configuration) is { } fault ? throw new VismaConnectException($"in the document at {address}, {fault}") : configuration;
        }
        catch (Exception failure)
        {
            // Exceptions about the content quote it, and a broken proxy can answer with the reply to another request.
            VismaConnectException? own = failure as VismaConnectException ?? failure.InnerException as VismaConnectException;
            string reason = own?.Message ?? $"what {address} answered cannot be read as metadata or keys ({failure.GetType().Name})";
            throw new VismaConnectException(
                $"The keys of {authority.Issuer} cannot be fetched, so no id token can be validated: {reason.TrimEnd('.')}.",
                own)
            {
                IsTransient = own is { IsTransient: true },
            };
        }
    }

    public async Task<string> GetDocumentAsync(string address, CancellationToken cancel)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || !SecureTransport.Allows(uri))
        {
            throw new VismaConnectException($"'{VisibleText.Of(address)}' is not {SecureTransport.Rule}. Keys are not fetched from this address.");
        }

        DocumentRequest request = new(client, uri);
        using ServerReply reply = await exchange.SendAsync(request, secret: null, cancel).ConfigureAwait(false);
        TokenReplyReader.Accept(reply, request, time);
        return reply.IsTooLong
            ? throw new VismaConnectException($"The reply to {request} is longer than 1 MiB.")
            : Encoding.UTF8.GetString(reply.Body.ToArray());
    }

    private async Task<OpenIdConnectConfiguration> FetchKeysAsync(Uri address)
    {
        JsonWebKeySet keys = new(await GetDocumentAsync(address.AbsoluteUri, CancellationToken.None).ConfigureAwait(false));
        OpenIdConnectConfiguration configuration = new() { Issuer = client.Authority.Issuer, JsonWebKeySet = keys };
        foreach (SecurityKey key in keys.GetSigningKeys())
        {
            configuration.SigningKeys.Add(key);
        }

        return configuration;
    }

    private string? FaultOf(OpenIdConnectConfiguration configuration) =>
        !string.Equals(configuration.Issuer, client.Authority.Issuer, StringComparison.Ordinal)
            ? $"its issuer is '{VisibleText.Of(configuration.Issuer ?? "")}' instead of '{client.Authority.Issuer}'"
        : configuration.JsonWebKeySet is not { Keys.Count: > 0 } ? "it has no keys"
        : null;
}

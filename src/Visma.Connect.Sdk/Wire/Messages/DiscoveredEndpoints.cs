using System.Collections.Concurrent;
using System.Text.Json;
using Duende.IdentityModel;

namespace Visma.Connect.Sdk;

/// <summary>Reads the endpoints of the authorities whose settings say so from their discovery documents (RFC 8414), before a client needs them.</summary>
/// <remarks>Thread-safe. All clients of an authority share its document.</remarks>
internal sealed class DiscoveredEndpoints(KnownMetadata known, ServerExchange exchange, TimeProvider time)
{
    // Authorities with another issuer accept other documents of the same address.
    private readonly ConcurrentDictionary<Source, FetchedDocument<AuthorityMetadata>> _documents = new();

    /// <summary>Reads the endpoints of a client's authority, unless they are known or not discovered.</summary>
    /// <exception cref="VismaConnectException">They were never read, and cannot be read now. Nothing else was sent.</exception>
    /// <returns>The client with the endpoints.</returns>
    public ValueTask<ConfiguredClient> RequireAsync(Func<ConfiguredClient> client, CancellationToken cancellationToken)
    {
        ConfiguredClient configured = client();
        return configured.Authority.IsDiscovered ? RequireAsync(configured, client, cancellationToken) : new ValueTask<ConfiguredClient>(configured);
    }

    private async ValueTask<ConfiguredClient> RequireAsync(ConfiguredClient before, Func<ConfiguredClient> client, CancellationToken cancellationToken)
    {
        await ReadAsync(before, client, cancellationToken).ConfigureAwait(false);
        return client();
    }

    private async Task ReadAsync(ConfiguredClient configured, Func<ConfiguredClient> current, CancellationToken cancellationToken)
    {
        VismaAuthority authority = configured.Authority;
        Uri address = authority.DiscoveryEndpoint!;
        try
        {
            Source key = new(address, authority.Issuer?.TrimEnd('/'));
            FetchedDocument<AuthorityMetadata> document = _documents.GetOrAdd(
                key,
                _ => new FetchedDocument<AuthorityMetadata>(() => FetchAsync(configured, address), time));
            AuthorityMetadata metadata = await document.GetAsync(cancellationToken).ConfigureAwait(false);
            known.Set(address, metadata);
            if (metadata.TokenEndpoint is null && !current().Authority.HasTokenEndpoint)
            {
                // The next request reads it again.
                _documents.TryRemove(key, out _);
                throw new VismaConnectException("it names no token endpoint");
            }
        }
        catch (VismaConnectException failure)
        {
            throw new VismaConnectException(
                $"The endpoints of Authorities:{authority.Name} cannot be read from {address}: {failure.Message.TrimEnd('.')}.",
                LocalCauses.Discovery.Remedy,
                failure)
            {
                IsTransient = failure.IsTransient,
                StatusCode = failure.StatusCode,
                RetryAfter = failure.RetryAfter,
                WasNotSent = true,
            };
        }
    }

    private static void RequireIssuer(AuthorityMetadata metadata, VismaAuthority authority)
    {
        if (authority.Issuer is { } expected && !metadata.IsOf(expected))
        {
            throw new VismaConnectException($"its issuer is '{VisibleText.Of(metadata.Issuer)}' instead of '{expected}'");
        }
    }

    private async Task<AuthorityMetadata> FetchAsync(ConfiguredClient client, Uri address)
    {
        DocumentRequest request = new(client, address);
        using ServerReply reply = await exchange.SendAsync(request, secret: null, CancellationToken.None).ConfigureAwait(false);
        AuthorityMetadata metadata = MetadataOf(TokenReplyReader.ReadJson(reply, request, JsonValueKind.Object, time), address);
        // Here, so that a document of another issuer is not kept: an earlier one stays in use.
        RequireIssuer(metadata, client.Authority);
        return metadata;
    }

    private static AuthorityMetadata MetadataOf(JsonElement document, Uri source) =>
        new(JsonText.Of(document, OidcConstants.Discovery.Issuer) ?? throw new VismaConnectException("it names no issuer"))
        {
            AuthorizationEndpoint = AddressOf(document, OidcConstants.Discovery.AuthorizationEndpoint, source),
            TokenEndpoint = AddressOf(document, OidcConstants.Discovery.TokenEndpoint, source),
            RevocationEndpoint = AddressOf(document, OidcConstants.Discovery.RevocationEndpoint, source),
            UserInfoEndpoint = AddressOf(document, OidcConstants.Discovery.UserInfoEndpoint, source),
            EndSessionEndpoint = AddressOf(document, OidcConstants.Discovery.EndSessionEndpoint, source),
            KeysEndpoint = AddressOf(document, OidcConstants.Discovery.JwksUri, source),
            AuthorizationResponseHasIssuer = document.TryGetProperty("authorization_response_iss_parameter_supported", out JsonElement supported)
                && supported.ValueKind is JsonValueKind.True or JsonValueKind.False
                    ? supported.GetBoolean()
                    : null,
            RequiresSecretInForm = RequiresSecretInForm(document),
        };

    private static Uri? AddressOf(JsonElement document, string member, Uri source)
    {
        if (JsonText.Of(document, member) is not { } text)
        {
            return null;
        }

        // Only a document of this machine may name a port of this machine: another one could direct a secret to it, in clear text.
        return Uri.TryCreate(text, UriKind.Absolute, out Uri? address)
            && SecureTransport.Allows(address)
            && (SecureTransport.IsLoopback(source) || !address.IsLoopback)
            ? address
            : throw new VismaConnectException($"its '{member}' is not {SecureTransport.Rule}");
    }

    private static bool RequiresSecretInForm(JsonElement document)
    {
        if (!document.TryGetProperty(OidcConstants.Discovery.TokenEndpointAuthenticationMethodsSupported, out JsonElement list)
            || list.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        string?[] methods = [.. list.EnumerateArray().Where(method => method.ValueKind == JsonValueKind.String).Select(method => method.GetString())];
        return methods.Contains(OidcConstants.EndpointAuthenticationMethods.PostBody)
            && !methods.Contains(OidcConstants.EndpointAuthenticationMethods.BasicAuthentication);
    }

    private sealed record Source(Uri Address, string? Issuer);
}

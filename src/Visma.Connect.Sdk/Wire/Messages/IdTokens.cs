namespace Visma.Connect.Sdk;

/// <summary>Validates the id tokens and logout tokens of a client. The validator keeps the server's keys, until the settings name another server.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class IdTokens(ServerExchange exchange, TimeProvider time)
{
    private volatile SignedTokenValidator? _validator;

    /// <summary>Fetches the keys before a code is sent: without them, the id token that it is exchanged for could not be validated.</summary>
    /// <exception cref="VismaConnectException">The keys cannot be fetched. The code was not sent.</exception>
    public async Task FetchKeysAsync(ConfiguredClient client, CancellationToken cancellationToken)
    {
        try
        {
            await ValidatorOf(client).FetchKeysAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (VismaConnectException failure)
        {
            failure.WasNotSent = true;
            throw;
        }
    }

    /// <param name="client">The client that the id token must be for.</param>
    /// <param name="idToken">The id token.</param>
    /// <param name="nonce">The nonce that it must contain; null if none was sent.</param>
    /// <param name="accessToken">The access token of the same reply; null if absent.</param>
    /// <param name="cancellationToken">Ends the request for the keys.</param>
    /// <exception cref="VismaConnectException">It is not valid, or the keys cannot be fetched.</exception>
    public Task<IdToken> ValidateAsync(ConfiguredClient client, string idToken, string? nonce, string? accessToken, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(idToken);
        return ValidatorOf(client).ValidateIdTokenAsync(idToken, client.Options.ClientId!, nonce, accessToken, cancellationToken);
    }

    /// <exception cref="VismaConnectException">It is not valid, or the keys cannot be fetched.</exception>
    public Task<LogoutToken> ValidateLogoutAsync(ConfiguredClient client, string logoutToken, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(logoutToken);
        return ValidatorOf(client).ValidateLogoutTokenAsync(logoutToken, client.Options.ClientId!, cancellationToken);
    }

    private SignedTokenValidator ValidatorOf(ConfiguredClient client)
    {
        SignedTokenValidator? validator = _validator;
        if (validator is null || !validator.IsFor(client.Authority))
        {
            _validator = validator = new SignedTokenValidator(client.Authority, exchange, client, time);
        }

        return validator;
    }
}

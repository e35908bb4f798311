using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>Exchanges the code of a consent, and saves the tokens.</summary>
internal sealed class CodeExchange(ConsentSaving consents, CachingTokenSource tokenSource, TimeProvider time, ILogger logger)
{
    /// <summary>Sends the code, and saves what it brings.</summary>
    /// <param name="key">The connection.</param>
    /// <param name="server">The identity server.</param>
    /// <param name="start">The request.</param>
    /// <param name="callback">The response.</param>
    /// <param name="grantId">The id for the grant.</param>
    /// <returns>The saved entry.</returns>
    /// <exception cref="VismaConnectException">The server refused, the reply cannot be used, or the user chose another company.</exception>
    public async Task<TokenEntry> RunAsync(
        TokenKey key,
        AuthorizationServer server,
        AuthorizationRequest start,
        AuthorizationResponse callback,
        string grantId)
    {
        DateTimeOffset asked = time.GetUtcNow();
        TokenResponse reply = await server.ExchangeCodeAsync(start, callback, CancellationToken.None).ConfigureAwait(false);
        ConfiguredClient client = server.Client;
        TokenEntry consent = new()
        {
            Tokens = ObtainedTokens.Of(reply, client, start.Scopes, asked, grantId).Tokens,
            TokenEndpoint = client.Authority.TokenEndpoint,
            ClientId = client.Options.ClientId!,
            RequestedScopes = start.Scopes,
            GrantId = grantId,
            StateSince = asked,
            ConnectedAt = asked,
            GracePeriod = client.Options.GracePeriod,
            Subject = JwtClaims.SubjectOf(reply.IdToken, reply.AccessToken),
            Company = JwtClaims.CompanyOf(reply.AccessToken) ?? (reply.IdToken is null ? null : JwtClaims.CompanyOf(reply.IdToken)),
        };
        if (start.Company is not null && consent.Company != start.Company)
        {
            throw await RefuseCompanyAsync(key, server, consent, start.Company).ConfigureAwait(false);
        }

        await consents.SaveAsync(key, consent, RenewalDurations.For(client.Options.GracePeriod)).ConfigureAwait(false);
        tokenSource.Forget(key);
        Log.Connected(logger, key);
        if (reply.RefreshToken is null && !client.Authority.IsLegacy)
        {
            LogMissingRefreshToken(key, client.Authority, start);
        }

        return consent;
    }

    private void LogMissingRefreshToken(TokenKey key, VismaAuthority authority, AuthorizationRequest start)
    {
        if (start.Scopes.Contains("offline_access"))
        {
            Log.NoRefreshToken(logger, key, Portal.Of(authority));
        }
        else
        {
            Log.NoOfflineAccess(logger, key);
        }
    }

    private async Task<VismaConnectException> RefuseCompanyAsync(TokenKey key, AuthorizationServer server, TokenEntry consent, string expected)
    {
        try
        {
            await Revocation.RevokeAsync(server, consent.Tokens).ConfigureAwait(false);
        }
        catch (VismaConnectException failure)
        {
            Log.RevocationFailed(logger, key, failure);
        }

        return new VismaConnectException(
            (consent.Company is null
                ? $"The token for {key} does not say which company it is for, and '{VisibleText.Of(expected)}' is expected."
                : $"The user chose company '{VisibleText.Of(consent.Company)}' for {key}, and '{VisibleText.Of(expected)}' is expected.")
            + " Nothing was saved.",
            (consent.Company is null ? IdentityServerCauses.CompanyUnknown : IdentityServerCauses.OtherCompany).At(server.Client.Authority),
            innerException: null);
    }
}

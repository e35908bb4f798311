using Duende.IdentityModel;

namespace Visma.Connect.Sdk;

/// <summary>Saves the tokens of a reply, and decides how the renewal continues (step 6 of docs/renewal.md).</summary>
internal sealed class ReplySaving(TokenKey key, ConfiguredClient client, RenewalDurations durations, RenewalParts parts)
{
    private bool _hasSalvaged;

    /// <summary>Saves a usable reply. Its access token is handed out only after that.</summary>
    public async Task<RenewalStep> SaveAsync(TokenEntry marked, TokenResponse reply, DateTimeOffset requestedAt)
    {
        if (FaultOfIdToken(reply.IdToken, marked.Tokens.IdToken) is { } fault)
        {
            // The access token is not used. The refresh token is saved, because the one before it is spent.
            _hasSalvaged = true;
            VismaConnectException failure = new($"The reply to the renewal of {key} is not used: {fault}.");
            return await SaveSalvagedAsync(marked, reply.RefreshToken ?? marked.Tokens.RefreshToken!, failure).ConfigureAwait(false);
        }

        ObtainedTokens obtained = ObtainedTokens.Of(reply, client, marked, requestedAt);
        bool isCurrent = await SaveAsync(marked, obtained).ConfigureAwait(false);
        AccessToken token = obtained.Tokens.AccessToken;
        Log.TokenObtained(parts.Logger, key, token.ExpiresAt);
        return isCurrent ? new RenewalStep.Done(token) : RenewalStep.StartOver.Instance;
    }

    /// <summary>Saves the refresh token of a reply that is not usable otherwise. The renewal starts over with it, once.</summary>
    public async Task<RenewalStep> SaveSalvagedAsync(TokenEntry marked, string refreshToken, VismaConnectException failure)
    {
        Log.ReplySalvaged(parts.Logger, key, failure);
        await SaveAsync(marked, ObtainedTokens.OfSalvaged(refreshToken, marked, parts.Time.GetUtcNow())).ConfigureAwait(false);
        if (_hasSalvaged || parts.Memory.UnsavedOf(key) is not null)
        {
            throw failure;
        }

        _hasSalvaged = true;
        return RenewalStep.StartOver.Instance;
    }

    // True if these tokens are the current ones, also if the cache is down and they are only in memory for now.
    private async Task<bool> SaveAsync(TokenEntry marked, ObtainedTokens obtained)
    {
        SaveResult result;
        try
        {
            result = await parts.Saving.SaveAsync(key, obtained, marked, durations).ConfigureAwait(false);
        }
        catch (Exception down)
        {
            parts.Saving.SaveLater(key, obtained, marked, durations, down);
            return true;
        }

        if (result == SaveResult.Disconnected)
        {
            await parts.Saving.RevokeAsync(key, obtained).ConfigureAwait(false);
            throw ReauthorizationRequiredException.NotConnected(key);
        }

        return result == SaveResult.Saved;
    }

    // The id token of a refresh has the issuer, user and application of the consent's id token (OpenID Connect Core 1.0 section 12.2). It came
    // from the token endpoint over TLS, so its signature need not be checked (section 3.1.3.7).
    private string? FaultOfIdToken(string? renewed, string? before)
    {
        if (renewed is null || before is null)
        {
            return null;
        }

        return JwtClaims.TextOf(renewed, JwtClaimTypes.Issuer) != client.Authority.Issuer ? "its id token is from another issuer"
            : JwtClaims.TextOf(renewed, JwtClaimTypes.Subject) is not { } subject
                || subject != JwtClaims.TextOf(before, JwtClaimTypes.Subject) ? "its id token is about another user"
            : !JwtClaims.Holds(renewed, JwtClaimTypes.Audience, client.Options.ClientId!) ? "its id token is for another application"
            : null;
    }
}

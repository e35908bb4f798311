namespace Visma.Connect.Sdk;

/// <summary>Saves the tokens of a reply, and decides how the renewal continues (step 6 of docs/renewal.md).</summary>
internal sealed class ReplySaving(TokenKey key, ConfiguredClient client, RenewalDurations durations, RenewalParts parts)
{
    private bool _hasSalvaged;

    /// <summary>Saves a usable reply. Its access token is handed out only after that.</summary>
    public async Task<RenewalStep> SaveAsync(TokenEntry marked, TokenResponse reply, DateTimeOffset sentAt)
    {
        if (RenewedIdTokenCheck.FaultOf(reply.IdToken, marked.Tokens, client) is { } fault)
        {
            // The access token is not used. The refresh token is saved, because the one before it is spent.
            _hasSalvaged = true;
            VismaConnectException failure = new($"The reply to the renewal of {key} is not used: {fault}.");
            return await SaveSalvagedAsync(marked, reply.RefreshToken ?? marked.Tokens.RefreshToken!, failure).ConfigureAwait(false);
        }

        long attempt = marked.Mark!.Attempt;
        TokenSet tokens = TokenSetFactory.FromReply(reply, client, marked.Tokens, marked.Tokens.AccessToken.Scopes, sentAt, attempt, marked.GrantId!);
        bool isCurrent = await SaveAsync(marked, tokens).ConfigureAwait(false);
        Log.TokenObtained(parts.Logger, key, tokens.AccessToken.ExpiresAt);
        return isCurrent ? new RenewalStep.Done(tokens.AccessToken) : RenewalStep.StartOver.Instance;
    }

    /// <summary>Saves the refresh token of a reply that is not usable otherwise. The renewal starts over with it, once.</summary>
    public async Task<RenewalStep> SaveSalvagedAsync(TokenEntry marked, string refreshToken, VismaConnectException failure)
    {
        Log.ReplySalvaged(parts.Logger, key, failure);
        TokenSet tokens = TokenSetFactory.FromSalvagedReply(marked.Tokens, refreshToken, parts.Time.GetUtcNow(), marked.Mark!.Attempt, marked.GrantId!);
        await SaveAsync(marked, tokens).ConfigureAwait(false);
        if (_hasSalvaged || parts.Memory.UnsavedOf(key) is not null)
        {
            throw failure;
        }

        _hasSalvaged = true;
        return RenewalStep.StartOver.Instance;
    }

    // True if these tokens are the current ones, also if the cache is down and they are only in memory for now.
    private async Task<bool> SaveAsync(TokenEntry marked, TokenSet tokens)
    {
        ObtainedTokens obtained = new(tokens, marked.GrantId!, marked.Mark!.Attempt, marked.Mark.Id);
        SaveResult result;
        try
        {
            result = await parts.Saving.SaveAsync(key, obtained, marked, durations).ConfigureAwait(false);
        }
        catch (VismaConnectException down)
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
}

namespace Visma.Connect.Sdk;

/// <summary>
/// Asks the identity server whether a refresh token is unspent whose earlier send has an unknown outcome (RFC 7662; rule 5.7 of the model).
/// </summary>
internal sealed class ReplayQuestion(TokenKey key, ConfiguredClient client, RenewalDurations durations, EntryWrites writes, RenewalParts parts)
{
    private readonly AuthorizationServer _server = parts.Servers.Of(key.Client);

    /// <summary>Whether the token of an entry is unspent. If it is not, the connection is ended, over the own mark.</summary>
    /// <param name="marked">The entry with the own mark, which has the evidence of the earlier send. No earlier send can still arrive.</param>
    /// <exception cref="VismaConnectException">There is no usable answer. Nothing is concluded, and the mark stays.</exception>
    public async Task<bool> IsUnspentAsync(TokenEntry marked)
    {
        string evidence = marked.Mark!.Outcome!;
        if (await AskAsync(marked).ConfigureAwait(false))
        {
            parts.Signals.Replay(key, isSent: true);
            Log.Unspent(parts.Logger, key, evidence);
            return true;
        }

        await writes.EndAsync(marked, RenewalEvidence.WhySpent(evidence)).ConfigureAwait(false);
        return false;
    }

    private async Task<bool> AskAsync(TokenEntry marked)
    {
        try
        {
            return await _server.IsActiveAsync(client, marked.Tokens.RefreshToken!, durations.Request).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            // Any exception: the HttpClient may come from a delegate of the application.
            VismaConnectException cause = failure as VismaConnectException ?? new VismaConnectException(failure.Message, failure);
            await writes.ClearMarkAsync(marked, cause.RetryAfter).ConfigureAwait(false);
            VismaConnectException unanswered = cause.Again(
                $"The refresh token of {key} was sent with an unknown outcome, and the identity server has not said whether it is spent. So it is not sent "
                + $"again yet. Check the introspection endpoint of authority '{client.Authority.Name}'. {cause.Message}",
                cause.RetryAfter);
            unanswered.IsTransient = true;
            throw unanswered;
        }
    }
}

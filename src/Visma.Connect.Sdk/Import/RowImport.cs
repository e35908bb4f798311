using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>
/// Imports one row: saves its token in an entry without a usable access token, and lets the ordinary renewal exchange it. So every rule of
/// docs/renewal.md holds for the first exchange too: one mark, one send.
/// </summary>
internal sealed class RowImport(RenewalParts parts, CachingTokenSource tokens, ConnectionImportOptions options)
{
    private const int MostTries = 4;

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(2);

    public async Task<RowOutcome> ImportAsync(ImportRow row, CancellationToken cancellationToken)
    {
        TimeSpan limit = RenewalDurations.For(row.Client.Options.GracePeriod).CacheOperation;
        try
        {
            for (int tries = 1; ; tries++)
            {
                TokenEntry? stored = await parts.Cache.GetAsync(row.Key, limit).ConfigureAwait(false);
                (StoredRow what, string? reason) = StoredRowReader.Read(row, stored, options.ReplaceEnded);
                switch (what)
                {
                    case StoredRow.Absent or StoredRow.NotExchanged when options.IsDryRun:
                        return new RowOutcome(ConnectionImportOutcome.WouldBeImported);
                    case StoredRow.NotExchanged:
                        return await ExchangeAsync(row, limit, cancellationToken).ConfigureAwait(false);
                    case StoredRow.Working:
                        return Connected(ConnectionImportOutcome.AlreadyConnected, row, stored!.Company, isAccepted: null);
                    case StoredRow.Ended:
                        return new RowOutcome(stored!.UnknownSince is null ? ConnectionImportOutcome.Ended : ConnectionImportOutcome.OutcomeUnknown, reason);
                    case StoredRow.OfOtherSettings:
                        return new RowOutcome(ConnectionImportOutcome.Failed, reason);
                }

                if (await parts.Cache.SaveAsync(row.Key, row.ToEntry(parts.Time.GetUtcNow()), stored?.Version, limit).ConfigureAwait(false))
                {
                    parts.Memory.Forget(row.Key);
                    tokens.Forget(row.Key);
                    return row.IsLegacy
                        ? new RowOutcome(ConnectionImportOutcome.Imported)
                        : await ExchangeAsync(row, limit, cancellationToken).ConfigureAwait(false);
                }

                if (tries == MostTries)
                {
                    return new RowOutcome(ConnectionImportOutcome.Failed, "Other processes keep changing the entry. Nothing was sent.");
                }
            }
        }
        catch (Exception failure) when (failure is VismaConnectException or OptionsValidationException or InvalidOperationException)
        {
            if (!options.IsDryRun)
            {
                await TakeBackAsync(row, limit).ConfigureAwait(false);
            }

            bool endsImport = failure is VismaConnectException { Error: "invalid_client" or "unauthorized_client" };
            return new RowOutcome(ConnectionImportOutcome.Failed, failure.Message, IsAccepted: false, endsImport);
        }
    }

    // A token that was certainly not sent does not stay here: if the old program is started again and spends it, a later renewal would be a replay.
    private async Task TakeBackAsync(ImportRow row, TimeSpan limit)
    {
        try
        {
            TokenEntry? entry = await parts.Cache.GetAsync(row.Key, limit).ConfigureAwait(false);
            if (entry?.ImportedTokenHash == row.TokenHash && entry is { Attempt: 0, Mark: null, UnknownSince: null, State: ConnectionState.Active }
                && await parts.Cache.RemoveAsync(row.Key, entry.Version, limit).ConfigureAwait(false))
            {
                parts.Memory.Forget(row.Key);
            }
        }
        catch (VismaConnectException)
        {
            // The cache is down. The next run goes on with what is stored.
        }
    }

    private async Task<RowOutcome> ExchangeAsync(ImportRow row, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            await RenewAsync(row, cancellationToken).ConfigureAwait(false);
        }
        catch (ReauthorizationRequiredException ended)
        {
            TokenEntry? entry = await parts.Cache.GetAsync(row.Key, limit).ConfigureAwait(false);
            return entry is null ? new RowOutcome(ConnectionImportOutcome.Failed, "The connection was disconnected during the import.")
                : new RowOutcome(
                    entry.UnknownSince is null ? ConnectionImportOutcome.Ended : ConnectionImportOutcome.OutcomeUnknown,
                    ended.Reason,
                    IsAccepted: false);
        }

        if (parts.Memory.UnsavedOf(row.Key) is not null)
        {
            return new RowOutcome(
                ConnectionImportOutcome.Failed,
                "The token was exchanged, and the token cache is down: the new tokens are in the memory of this process, which saves them once the cache "
                    + "works. Do not stop it before.",
                IsAccepted: false);
        }

        TokenEntry? renewed = await parts.Cache.GetAsync(row.Key, limit).ConfigureAwait(false);
        return Connected(ConnectionImportOutcome.Imported, row, renewed?.Company, isAccepted: true);
    }

    // A pause that the server asked for, or that follows an outage, is waited for. The token is not used up then.
    private async Task RenewAsync(ImportRow row, CancellationToken cancellationToken)
    {
        for (int tries = 1; ; tries++)
        {
            try
            {
                // Without the caller's cancellation: a row under way is finished.
                await tokens.GetTokenAsync(row.Key, rejected: null, CancellationToken.None).ConfigureAwait(false);
                return;
            }
            catch (VismaConnectException busy) when (busy.RetryAfter is { } pause && pause <= LongestPause
                && tries < MostTries && !cancellationToken.IsCancellationRequested)
            {
                await PauseAsync(pause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        try
        {
            await parts.Time.Delay(pause, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The next try is the last one.
        }
    }

    private static RowOutcome Connected(ConnectionImportOutcome outcome, ImportRow row, string? company, bool? isAccepted) => row.IsOfOtherCompany(company)
        ? new RowOutcome(
            ConnectionImportOutcome.OtherCompany,
            $"The token is for company '{VisibleText.Of(company!)}', and the row says '{VisibleText.Of(row.Source.Company!)}'.",
            isAccepted)
        : new RowOutcome(outcome, IsAccepted: isAccepted);
}

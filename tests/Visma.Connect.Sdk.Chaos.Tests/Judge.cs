namespace Visma.Connect.Sdk.Chaos;

/// <summary>
/// Decides what excuses the loss of a connection: "What no client can prevent" in docs/renewal.md, and section (c) of
/// docs/renewal-model/RULES.md. Every other loss is a fault of the library.
/// </summary>
internal sealed class Judge(Journal journal, Mode mode)
{
    private static readonly string[] LosingReplies =
    [
        Faults.ReplyLost, Faults.ReplySilent, Faults.ErrorAfterExchange, Faults.ReplyCut, Faults.StallBeforeToken,
    ];

    private static readonly string[] LosingRequests = [Faults.RequestLost, Faults.RequestSilent, Faults.Error];

    /// <summary>The excuse; null if the library should have kept the connection.</summary>
    /// <param name="token">The refresh token of the entry that has ended.</param>
    /// <param name="endedAt">When it ended.</param>
    public string? ExcuseFor(RefreshToken token, TimeSpan endedAt)
    {
        if (token.Grant.RevokedFor is { } replayed && token.Grant.RevokedAt <= endedAt)
        {
            return replayed.Grant == token.Grant ? ExcuseForSpent(replayed, endedAt) : ExcuseForDetection(replayed, token.Grant.RevokedAt.Value);
        }

        return token.ExchangedAt is null ? WithGrace(WhyGivenUp(token, endedAt), token, endedAt) : ExcuseForSpent(token, endedAt);
    }

    /// <summary>The excuse for a replay that has revoked other connections. There is none without a grace period.</summary>
    public string? ExcuseForDetection(RefreshToken replayed, TimeSpan at) =>
        mode.Grace is not null && journal.WasAnyClockWrong(replayed.Sends[0].At, at)
            ? "a wall clock was wrong, so a replay came after the grace period and revoked the other connections"
            : null;

    private string? ExcuseForSpent(RefreshToken token, TimeSpan endedAt) => WithGrace(WhyForgotten(token), token, endedAt);

    private string? WithGrace(string? cause, RefreshToken token, TimeSpan endedAt)
    {
        if (cause is null || mode.Grace is not { } grace)
        {
            return cause;
        }

        // A grace period makes up for one fault. It takes another one that lasts until the grace period is over.
        TimeSpan first = token.Sends.Count > 0 ? token.Sends[0].At : token.Markings.Count > 0 ? token.Markings[0].At : endedAt;
        TimeSpan until = (token.ExchangedAt ?? first) + grace;
        Fault[] faults = [.. journal.Between(first, until, token.Grant.Connection)];
        bool hasNoTimeLeft = endedAt >= until - mode.Processing - TimeSpan.FromSeconds(5) || journal.WasAnyClockWrong(first, endedAt);
        return hasNoTimeLeft && faults.Length >= 2
            ? $"{cause} [{string.Join(", ", faults.Select(fault => fault.Kind).Distinct().Order())}]"
            : null;
    }

    // The token was never exchanged, and the library did not send it again.
    private string? WhyGivenUp(RefreshToken token, TimeSpan endedAt)
    {
        if (!mode.HasSiblings)
        {
            return null;
        }

        return token.Sends.Exists(send => LosingRequests.Contains(send.Fault)) ? "a request was lost, and the user has other connections"
            : token.Sends.Exists(send => send.OverAt is null && send.By.IsDead) ? "a crash during a request, and the user has other connections"
            : token.Markings.Exists(marking => marking.By.DiedAt <= (marking.RemovedAt ?? endedAt))
                ? "a crash between mark and send, and the user has other connections"
            : token.Markings.Exists(journal.WasSilent) ? "an owner was frozen beyond its lease, and the user has other connections"
            : token.Markings.Exists(marking => WasLeftByTheCache(token, marking))
                ? "a mark without a send was left, because the cache failed or saved it late, and the user has other connections"
            : null;
    }

    // The owner has sent nothing under its mark, and could not remove it. Only another process can take it for a send.
    private bool WasLeftByTheCache(RefreshToken token, Marking marking) =>
        marking.By != token.Grant.Connection.EndedBy
        && !token.Sends.Exists(send => send.By == marking.By && send.At >= marking.At)
        && journal.Between(marking.At - TimeSpan.FromMinutes(1), marking.At + mode.Lease, token.Grant.Connection)
            .Any(fault => fault.Kind.StartsWith("cache", StringComparison.Ordinal) && (fault.Process is null || fault.Process == marking.By));

    // The token was exchanged, but no process has saved the new one.
    private string? WhyForgotten(RefreshToken token)
    {
        string?[] causes = [.. token.Sends.Where(send => send.Obtained is not null).Select(send => WhyForgotten(token, send))];
        return Array.Exists(causes, cause => cause is null) ? null : string.Join(", ", causes.Distinct().Order());
    }

    private string? WhyForgotten(RefreshToken token, Send exchange) =>
        LosingReplies.Contains(exchange.Fault) ? "a reply was lost"
        : exchange.Delay > mode.Listen && exchange.ReadAt is null ? "a reply came too late"
        : exchange.By.DiedAt > exchange.At && !(exchange.Obtained!.SavedAt < exchange.By.DiedAt) ? "a crash between exchange and save"
        : token.Markings.Exists(marking => marking.By == exchange.By && journal.WasSilent(marking)) ? "an owner was frozen beyond its lease"
        : token.Markings.Exists(marking => marking.By == exchange.By && journal.WasCutOff(marking, token.Grant.Connection))
            ? "an owner could not extend its lease, because the cache failed again and again"
        : null;
}

namespace Visma.Connect.Sdk;

/// <summary>
/// Checks the other connections of a user when the server has refused one of them: replay detection and a password change end them all. The
/// application is then notified once, with all of them.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class UserCheck(
    ConnectionCache cache,
    ITokenSource tokens,
    ReauthorizationObservers observers,
    RenewalsInFlight inFlight,
    Signals signals,
    TimeProvider time)
{
    private static readonly TimeSpan ListingLimit = TimeSpan.FromSeconds(10);

    // All checks of one user together. They are spread, because an accountant can have hundreds of connections.
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly Dictionary<User, List<EndedConnection>> _running = [];

    /// <summary>Notifies the application of an end, or adds it to the notice of its user that is being prepared.</summary>
    public Task HandleAsync(EndedConnection ended)
    {
        if (!ended.WasRefused || ended.Entry.Subject is null)
        {
            return NotifyAsync([ended], CauseOf([ended], others: 0));
        }

        User user = User.Of(ended.Entry);
        lock (_running)
        {
            if (_running.TryGetValue(user, out List<EndedConnection>? together))
            {
                together.Add(ended);
                return Task.CompletedTask;
            }

            _running[user] = [ended];
        }

        return inFlight.DoAsync(() => DetachedWork.Run(() => CheckAsync(user, ended)));
    }

    private async Task<bool> CheckAsync(User user, EndedConnection first)
    {
        List<TokenCacheItem> others = await OthersAsync(user, first).ConfigureAwait(false);
        TimeSpan pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, Spread.Ticks / Math.Max(1, others.Count)));
        foreach (TokenCacheItem other in others.Where(other => other.Entry!.State == ConnectionState.Active))
        {
            // A host that stops starts no renewals. Then the notice has what is known.
            if (inFlight.IsStopping || await inFlight.PauseAsync(time, pause).ConfigureAwait(false))
            {
                break;
            }

            await RenewAsync(other).ConfigureAwait(false);
        }

        // Other processes may have ended some of them.
        others = others.Count == 0 ? others : await OthersAsync(user, first).ConfigureAwait(false);
        List<EndedConnection> ended;
        lock (_running)
        {
            ended = _running[user];
            _running.Remove(user);
        }

        ended.AddRange(others.Where(other => IsRecent(other.Entry!, first.Entry) && ended.TrueForAll(known => known.Key != other.Key))
            .Select(other => new EndedConnection(other.Key, other.Entry!, WasRefused: true)));
        int alive = others.Count(other => ended.TrueForAll(known => known.Key != other.Key));
        await NotifyAsync(ended, CauseOf(ended, alive)).ConfigureAwait(false);
        return true;
    }

    private Task NotifyAsync(List<EndedConnection> ended, ReauthorizationCause cause)
    {
        ended.ForEach(end => signals.Reauthorization(end.Key, cause));
        return observers.NotifyAsync(ended, cause);
    }

    private async Task<List<TokenCacheItem>> OthersAsync(User user, EndedConnection first)
    {
        try
        {
            return await cache.ListAsync(
                new TokenFilter { ConnectionsOnly = true },
                item => item.Key != first.Key && item.Entry is { GrantId: not null } entry && User.Of(entry) == user,
                ListingLimit).ConfigureAwait(false);
        }
        catch (VismaConnectException)
        {
            return [];
        }
    }

    // The renewal itself saves and reports the end. Its other failures say nothing about the connection.
    private async Task RenewAsync(TokenCacheItem other)
    {
        try
        {
            AccessToken token = other.Entry!.Tokens.AccessToken.WithAttempt(other.Entry.Attempt, other.Entry.GrantId);
            await tokens.GetTokenAsync(other.Key, rejected: token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // For example, the connection has ended too, or does not fit the settings. Whatever it is, the application gets its notice.
        }
    }

    private static bool IsRecent(TokenEntry entry, TokenEntry first) =>
        entry.State == ConnectionState.ReauthorizationRequired && entry.StateSince > first.StateSince - TimeSpan.FromMinutes(1);

    private static ReauthorizationCause CauseOf(List<EndedConnection> ended, int others)
    {
        bool hasDoubt = ended.Exists(end => end.Entry.UnknownSince is not null);
        return ended.Count > 1 && others == 0 ? (hasDoubt ? ReauthorizationCause.ReplayDetection : ReauthorizationCause.PasswordChange)
            : hasDoubt ? ReauthorizationCause.LostReply
            : others > 0 ? ReauthorizationCause.ConsentWithdrawn
            : ReauthorizationCause.Unknown;
    }

    // Visma revokes by client id and user.
    private sealed record User(string? ClientId, Uri? TokenEndpoint, string Subject)
    {
        public static User Of(TokenEntry entry) => new(entry.ClientId, entry.TokenEndpoint, entry.Subject ?? "");
    }
}

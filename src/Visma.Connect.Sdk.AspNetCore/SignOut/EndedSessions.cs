using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>The sessions that have ended, in the token cache: one session (<c>sid</c>), or all sessions of a user up to a time (<c>sub</c>).</summary>
/// <remarks>Thread-safe. What was not found is remembered in this process for a moment, because each request of a signed-in user asks.</remarks>
internal sealed class EndedSessions(SharedClaims claims, IOptions<VismaSignOutOptions> options, TimeProvider time, EndpointLogger logger)
{
    private const int MostRemembered = 10_000;

    private static readonly TimeSpan BetweenWarnings = TimeSpan.FromMinutes(1);

    private readonly string _scope = "sign-out " + options.Value.Client;
    private readonly ConcurrentDictionary<string, long> _notFound = new(StringComparer.Ordinal);
    private long _warnedAt = long.MinValue;

    /// <summary>Ends a session, or all present sessions of a user if the session is not known.</summary>
    /// <exception cref="VismaConnectException">The token cache failed.</exception>
    public async Task EndAsync(SessionIds ids)
    {
        if (IdOf(ids) is { } id)
        {
            await claims.RecordAsync(_scope, id, options.Value.Retention).ConfigureAwait(false);
            _notFound.TryRemove(id, out _);
        }
    }

    /// <summary>Whether a session that began at a time has ended.</summary>
    public async Task<bool> HasEndedAsync(SessionIds ids, DateTimeOffset? began)
    {
        try
        {
            return (ids.Session is { } session && await FindAsync(OfSession(session)).ConfigureAwait(false) is not null)
                || (ids.Subject is { } subject
                    && await FindAsync(OfSubject(subject)).ConfigureAwait(false) is { } ended
                    && !(began > ended.Since));
        }
        catch (VismaConnectException failure)
        {
            // Otherwise an outage of the token cache would sign everybody out, or hold up each request until the time limit.
            NoteNotFound(ids.Session is { } session ? OfSession(session) : null);
            NoteNotFound(ids.Subject is { } subject ? OfSubject(subject) : null);
            Warn(failure);
            return false;
        }
    }

    private static string? IdOf(SessionIds ids) =>
        ids.Session is { } session ? OfSession(session) : ids.Subject is { } subject ? OfSubject(subject) : null;

    private static string OfSession(string session) => "sid " + session;

    private static string OfSubject(string subject) => "sub " + subject;

    private async Task<SharedClaim?> FindAsync(string id)
    {
        if (_notFound.TryGetValue(id, out long asked) && time.GetElapsedTime(asked) < options.Value.CheckEvery)
        {
            return null;
        }

        SharedClaim? found = await claims.FindAsync(_scope, id).ConfigureAwait(false);
        if (found is null)
        {
            NoteNotFound(id);
        }

        return found;
    }

    private void NoteNotFound(string? id)
    {
        if (id is null || options.Value.CheckEvery <= TimeSpan.Zero)
        {
            return;
        }

        if (_notFound.Count >= MostRemembered)
        {
            _notFound.Clear();
        }

        _notFound[id] = time.GetTimestamp();
    }

    private void Warn(VismaConnectException failure)
    {
        long now = time.GetTimestamp();
        long before = Interlocked.Read(ref _warnedAt);
        if ((before == long.MinValue || time.GetElapsedTime(before, now) >= BetweenWarnings)
            && Interlocked.CompareExchange(ref _warnedAt, now, before) == before)
        {
            SignOutLog.NotChecked(logger, failure);
        }
    }
}

namespace Visma.Connect.Sdk;

/// <summary>
/// A document that an identity server publishes: its endpoints, or its keys. It is fetched when it is first needed, when it is half a day old, and when a
/// token does not fit it.
/// </summary>
/// <remarks>Thread-safe. All callers share a fetch. What was fetched stays in use while nothing newer can be fetched.</remarks>
internal sealed class FetchedDocument<T>(Func<Task<T>> fetch, TimeProvider time)
    where T : class
{
    private static readonly TimeSpan RefetchInterval = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestAge = TimeSpan.FromHours(12);

    private readonly object _lock = new();
    private T? _current;
    private Moment _fetchedAt;
    private Moment? _refetchedAt;
    private Task<T>? _fetching;

    /// <exception cref="VismaConnectException">It was never fetched, and cannot be fetched now.</exception>
    public async Task<T> GetAsync(CancellationToken cancellationToken)
    {
        T? current;
        Task<T> fetching;
        lock (_lock)
        {
            current = _current;
            if (current is not null && (_fetchedAt.ElapsedBy(time) < LongestAge || !MayRefetch()))
            {
                return current;
            }

            fetching = Fetch();
        }

        try
        {
            return await EndOf(fetching, cancellationToken).ConfigureAwait(false);
        }
        catch (VismaConnectException) when (current is not null)
        {
            return current;
        }
    }

    /// <summary>Fetches the document again, at most once in five minutes, unless another caller has just done so.</summary>
    /// <param name="than">The document that a token does not fit.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A newer one. Null if it may not be fetched again yet.</returns>
    /// <exception cref="VismaConnectException">It cannot be fetched.</exception>
    public async Task<T?> GetNewerAsync(T than, CancellationToken cancellationToken)
    {
        Task<T> fetching;
        lock (_lock)
        {
            if (!ReferenceEquals(_current, than))
            {
                return _current;
            }

            if (_fetching is { IsCompleted: true } && !MayRefetch())
            {
                return null;
            }

            fetching = Fetch();
        }

        return await EndOf(fetching, cancellationToken).ConfigureAwait(false);
    }

    private bool MayRefetch()
    {
        if (_refetchedAt is { } last && last.ElapsedBy(time) < RefetchInterval)
        {
            return false;
        }

        _refetchedAt = Moment.Now(time);
        return true;
    }

    // No caller's cancellation ends a fetch that others wait for.
    private Task<T> Fetch() => _fetching is { IsCompleted: false } ? _fetching : _fetching = DetachedWork.Run(FetchAsync);

    private async Task<T> FetchAsync()
    {
        T fetched = await fetch().ConfigureAwait(false);
        lock (_lock)
        {
            _current = fetched;
            _fetchedAt = Moment.Now(time);
        }

        return fetched;
    }

    private Task<T> EndOf(Task<T> fetching, CancellationToken cancellationToken) =>
        fetching.WaitAsync(Timeout.InfiniteTimeSpan, time, cancellationToken);
}

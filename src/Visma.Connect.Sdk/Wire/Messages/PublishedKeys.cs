using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Visma.Connect.Sdk;

/// <summary>
/// The metadata and keys of an identity server. They are fetched when they are first needed, when they are half a day old, and when a token does not
/// fit them.
/// </summary>
/// <remarks>Thread-safe. All callers share a fetch. What was fetched stays in use while nothing newer can be fetched.</remarks>
internal sealed class PublishedKeys(DiscoveryDocuments documents, TimeProvider time)
{
    private static readonly TimeSpan RefetchInterval = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestAge = TimeSpan.FromHours(12);

    private readonly object _lock = new();
    private OpenIdConnectConfiguration? _current;
    private Moment _fetchedAt;
    private Moment? _refetchedAt;
    private Task<OpenIdConnectConfiguration>? _fetching;

    /// <exception cref="VismaConnectException">They were never fetched, and cannot be fetched now.</exception>
    public async Task<OpenIdConnectConfiguration> GetAsync(CancellationToken cancellationToken)
    {
        OpenIdConnectConfiguration? current;
        Task<OpenIdConnectConfiguration> fetching;
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

    /// <summary>Fetches the metadata and keys again, at most once in five minutes, unless another caller has just done so.</summary>
    /// <param name="than">The ones that a token does not fit.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Newer ones. Null if they may not be fetched again yet.</returns>
    /// <exception cref="VismaConnectException">They cannot be fetched.</exception>
    public async Task<OpenIdConnectConfiguration?> GetNewerAsync(OpenIdConnectConfiguration than, CancellationToken cancellationToken)
    {
        Task<OpenIdConnectConfiguration> fetching;
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
    private Task<OpenIdConnectConfiguration> Fetch() => _fetching is { IsCompleted: false } ? _fetching : _fetching = DetachedWork.Run(FetchAsync);

    private async Task<OpenIdConnectConfiguration> FetchAsync()
    {
        OpenIdConnectConfiguration fetched = await documents.FetchAsync().ConfigureAwait(false);
        lock (_lock)
        {
            _current = fetched;
            _fetchedAt = Moment.Now(time);
        }

        return fetched;
    }

    private Task<OpenIdConnectConfiguration> EndOf(Task<OpenIdConnectConfiguration> fetching, CancellationToken cancellationToken) =>
        fetching.WaitAsync(Timeout.InfiniteTimeSpan, time, cancellationToken);
}

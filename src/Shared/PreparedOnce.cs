namespace Visma.Connect.Sdk;

/// <summary>Prepares a database: once for all callers, and again only after a failure.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class PreparedOnce(Func<Task> prepare)
{
    private readonly Lock _lock = new();
    private volatile Task? _prepared;

    /// <param name="cancellationToken">Ends the wait of this caller.</param>
    public Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (_prepared is { IsCompletedSuccessfully: true } done)
        {
            return done;
        }

        lock (_lock)
        {
            if (_prepared is null or { IsFaulted: true } or { IsCanceled: true })
            {
                _prepared = Task.Run(prepare, CancellationToken.None);
            }

            return _prepared.WaitAsync(cancellationToken);
        }
    }
}

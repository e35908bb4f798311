using System.Runtime.CompilerServices;

namespace Visma.Connect.Sdk.Chaos;

/// <summary>The shared database, as one process reaches it: with its faults.</summary>
internal sealed class CacheOfProcess(
    World world,
    Journal journal,
    Dice dice,
    SharedCache shared,
    Process process,
    Func<TokenKey, Connection?> connectionOf,
    Func<bool> isDown) : ITokenCache
{
    public ValueTask<TokenEntry?> GetAsync(TokenKey key, CancellationToken cancellationToken = default) =>
        new(CallAsync(key, () => shared.Get(key), cancellationToken));

    public ValueTask<bool> SaveAsync(TokenKey key, TokenEntry entry, string? ifVersion, CancellationToken cancellationToken = default) =>
        new(CallAsync(key, () => shared.Save(key, entry, ifVersion, process), cancellationToken));

    public ValueTask<bool> RemoveAsync(TokenKey key, string ifVersion, CancellationToken cancellationToken = default) =>
        new(CallAsync(key, () => shared.Remove(key, ifVersion), cancellationToken));

    public async IAsyncEnumerable<TokenCacheItem> ListAsync(TokenFilter? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (TokenCacheItem item in await CallAsync(key: null, () => shared.List(filter), cancellationToken))
        {
            yield return item;
        }
    }

    private async Task<T> CallAsync<T>(TokenKey? key, Func<T> apply, CancellationToken cancellationToken)
    {
        TaskCompletionSource<T> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Connection? connection = key is null ? null : connectionOf(key);
        string subject = $"{process.Name} {key}";
        string fault = journal.IsPeaceful || !dice.Happens($"cache {subject}", 0.01) ? "" : dice.OneOf($"cache fault {subject}", Faults.OfCacheCalls);
        if (fault.Length > 0 && (connection is not null || key is null))
        {
            journal.Add(fault, connection, process);
        }

        // Some databases ignore that a call is cancelled.
        using CancellationTokenRegistration registration = dice.Happens($"ignores {subject}", 0.5)
            ? default
            : cancellationToken.Register(() => answer.TrySetCanceled(cancellationToken));
        TimeSpan way = dice.Between($"cache way {subject}", TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(30))
            + (fault == Faults.CacheLate ? dice.Between($"cache late {subject}", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(40)) : TimeSpan.Zero);
        void Answer(Action settle) => world.In(TimeSpan.FromMilliseconds(1), () => process.Deliver(settle));
        void Break() => Answer(() => answer.TrySetException(new IOException("The database is not available.")));
        bool isSent = !process.IsDead;
        world.In(way, () =>
        {
            if (!isSent || (process.IsDead && dice.Happens($"after crash {subject}", 0.5)))
            {
                return;
            }

            if (isDown())
            {
                if (dice.Happens($"down {subject}", 0.5))
                {
                    Break();
                }
            }
            else if (fault == Faults.CacheFails)
            {
                Break();
            }
            else if (fault != Faults.CacheHangs)
            {
                T result = apply();
                if (fault == Faults.CacheFailsAfter)
                {
                    Break();
                }
                else
                {
                    Answer(() => answer.TrySetResult(result));
                }
            }
        });
        return await answer.Task;
    }
}

using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>Says once that a connection has ended: to the log, and to whoever listens.</summary>
internal sealed class ReauthorizationNotice(ILogger logger)
{
    public event Func<TokenKey, TokenEntry, Task>? Ended;

    public void Tell(TokenKey key, TokenEntry entry)
    {
        Log.ReauthorizationRequired(logger, key, entry.StateReason ?? "");
        if (Ended is { } tell)
        {
            // The renewal does not wait for anybody's mail.
            _ = DetachedWork.Run(async () =>
            {
                await tell(key, entry).ConfigureAwait(false);
                return true;
            });
        }
    }
}

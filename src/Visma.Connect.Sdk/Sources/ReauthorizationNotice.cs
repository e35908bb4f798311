using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>Says once that a connection has ended: to the log, and to whoever listens.</summary>
internal sealed class ReauthorizationNotice(ILogger logger)
{
    public event Action<TokenKey, TokenEntry>? Ended;

    public void Tell(TokenKey key, TokenEntry entry)
    {
        Log.ReauthorizationRequired(logger, key, entry.StateReason ?? "");
        try
        {
            Ended?.Invoke(key, entry);
        }
        catch (Exception failure)
        {
            // A listener's own trouble must not look like one of the renewal.
            Log.ListenerFailed(logger, key, failure);
        }
    }
}

using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>Logs that a connection has ended, and raises an event for it.</summary>
internal sealed class ReauthorizationNotice(ILogger logger)
{
    /// <summary>Raised once for each end of a connection that this process saved.</summary>
    public event Func<EndedConnection, Task>? Ended;

    public void Raise(EndedConnection ended)
    {
        Log.ReauthorizationRequired(logger, ended.Key, ended.Entry.StateReason ?? "");
        // The renewal does not wait for the observers of the application.
        Ended?.Invoke(ended).Observe();
    }
}

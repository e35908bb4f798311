using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>User connections are kept in memory only where that is meant: in the environment Development, or by a setting.</summary>
internal sealed class LastingCacheRule(ITokenCache cache, LiveSettings settings, IHostEnvironment? environment)
{
    /// <exception cref="OptionsValidationException">Connections would be kept in memory, and that is not meant.</exception>
    public void Require()
    {
        if (cache is MemoryTokenCache && !settings.Current.AllowConnectionsInMemory && environment?.IsDevelopment() != true)
        {
            throw new OptionsValidationException(
                nameof(VismaConnectOptions),
                typeof(VismaConnectOptions),
                [
                    "User connections would be kept in memory only, so after every restart every user would have to connect again. Register a durable "
                        + "token cache, for "
                    + "example with AddSqliteTokenCache of Visma.Connect.Sdk.Sqlite. If memory is what you want, "
                    + $"set {settings.Current.Section}:{nameof(VismaConnectOptions.AllowConnectionsInMemory)} to true (the environment Development needs "
                        + "no setting).",
                ]);
        }
    }
}

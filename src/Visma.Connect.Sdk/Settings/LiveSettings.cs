using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>
/// The settings as they stand now. An edit that breaks them while the application runs is logged, and the last good ones go on: one slip
/// in a file must not cut every customer off.
/// </summary>
internal sealed class LiveSettings : IDisposable
{
    private readonly IOptionsMonitor<VismaConnectOptions> _options;
    private readonly ILogger _logger;
    private readonly IDisposable? _changes;
    private readonly VismaConnectOptionsValidator _validator;
    private volatile string? _reported;

    public LiveSettings(IOptionsMonitor<VismaConnectOptions> options, VismaConnectOptionsValidator validator, ILoggerFactory loggers)
    {
        _options = options;
        _validator = validator;
        _logger = loggers.CreateLogger(Log.Category);
        _changes = options.OnChange(_ => Changed?.Invoke());
    }

    /// <summary>The settings have changed, and are good.</summary>
    public event Action? Changed;

    /// <exception cref="OptionsValidationException">The settings are wrong, and have been from the start.</exception>
    public VismaConnectOptions Current
    {
        get
        {
            try
            {
                VismaConnectOptions current = _options.CurrentValue;
                _reported = null;
                return current;
            }
            catch (Exception broken) when (_validator.LastGood is { } good)
            {
                // Also a delegate of the application that relied on what the edit took away.
                if (_reported != broken.Message)
                {
                    _reported = broken.Message;
                    Log.SettingsBroken(_logger, broken.Message);
                }

                return good;
            }
        }
    }

    public void Dispose() => _changes?.Dispose();
}

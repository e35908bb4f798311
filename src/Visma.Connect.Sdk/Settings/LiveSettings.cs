using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>
/// The current settings. An edit at run time that makes them invalid is logged, and the last valid settings stay in use: a mistake in a file
/// must not cut off every customer.
/// </summary>
internal sealed class LiveSettings : IDisposable
{
    private readonly IOptionsMonitor<VismaConnectOptions> _options;
    private readonly ILogger _logger;
    private readonly IDisposable? _changes;
    private readonly VismaConnectOptionsValidator _validator;
    private volatile string? _reported;

    public LiveSettings(IOptionsMonitor<VismaConnectOptions> options, VismaConnectOptionsValidator validator, GuardedLogger logger)
    {
        _options = options;
        _validator = validator;
        _logger = logger;
        _changes = options.OnChange(_ => Changed?.Invoke());
    }

    /// <summary>Raised when the settings have changed and are valid.</summary>
    public event Action? Changed;

    /// <exception cref="OptionsValidationException">The settings are invalid, and were never valid.</exception>
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
                // The exception may also come from a delegate of the application that reads a setting which the edit removed.
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

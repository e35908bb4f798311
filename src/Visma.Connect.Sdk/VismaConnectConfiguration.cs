using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>Binds a configuration section; what does not fit is an error that names the setting, not a default.</summary>
internal sealed class VismaConnectConfiguration(IConfiguration configuration) : IConfigureOptions<VismaConnectOptions>
{
    public void Configure(VismaConnectOptions options)
    {
        string section = (configuration as IConfigurationSection)?.Path ?? "";
        if (section.Length > 0)
        {
            options.Section = section;
        }

        try
        {
            configuration.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException unfit)
        {
            throw new OptionsValidationException(
                Options.DefaultName,
                typeof(VismaConnectOptions),
                [$"{options.Section} cannot be read: {unfit.Message} Correct the name or the value of that setting."]);
        }
    }
}

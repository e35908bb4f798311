using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>Binds a configuration section. A value that does not fit is an error that names the setting; the default is not used instead.</summary>
internal sealed class VismaConnectConfiguration(IConfiguration configuration) : IConfigureOptions<VismaConnectOptions>
{
    public void Configure(VismaConnectOptions options)
    {
        if (configuration is IConfigurationSection { Path: { Length: > 0 } path })
        {
            options.Section = path;
            if (!options.BoundSections.Add(path))
            {
                return;
            }
        }

        if (configuration is IConfigurationRoot && configuration.GetSection(options.Section).Exists())
        {
            throw Invalid([$"{nameof(VismaConnectServiceCollectionExtensions.AddVismaConnect)} was called with the whole configuration. "
                + $"Give it the section: configuration.GetSection(\"{options.Section}\")."]);
        }

        List<string> faults = [.. SettingNames.Faults(configuration)];
        if (faults.Count > 0)
        {
            throw Invalid(faults);
        }

        try
        {
            configuration.Bind(options);
        }
        catch (InvalidOperationException unfit)
        {
            throw Invalid([$"{options.Section} cannot be read: {unfit.Message} Correct the value of that setting.{Choices(unfit.Message)}"]);
        }
    }

    // The message of the binder names the type of the setting.
    private static string Choices(string message)
    {
        Type[] choices =
        [
            typeof(RefreshTokenKind), typeof(RefreshTokenReplay), typeof(TenantUse), typeof(ClientAuthenticationMethod), typeof(RateLimitDialect),
        ];
        return choices.FirstOrDefault(type => message.Contains(type.FullName!)) is { } choice ? $" Use {string.Join(" or ", Enum.GetNames(choice))}." : "";
    }

    private static OptionsValidationException Invalid(IEnumerable<string> faults) =>
        new(Options.DefaultName, typeof(VismaConnectOptions), faults);
}

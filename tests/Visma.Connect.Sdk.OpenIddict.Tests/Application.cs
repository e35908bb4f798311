using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.OpenIddict.Tests;

/// <summary>An application whose settings are as in a configuration file.</summary>
internal static class Application
{
    public static ServiceProvider Create(TimeProvider time, ITokenCache cache, Dictionary<string, string?> settings)
    {
        ServiceCollection services = new();
        services.AddSingleton(time);
        services.AddSingleton(cache);
        services.AddVismaConnect(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        return services.BuildServiceProvider(validateScopes: true);
    }
}

using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Infrastructure;

public static class ServiceExtensions
{
    /// <summary>Changes an API of the settings after all other configuration.</summary>
    public static void PostConfigureApi(this IServiceCollection services, string api, Action<VismaApiOptions> change) =>
        services.PostConfigure<VismaConnectOptions>(options => change(options.Apis[api]));

    public static void UsePrimaryHandler(this IHttpClientBuilder http, HttpMessageHandler handler) =>
        http.ConfigurePrimaryHttpMessageHandler(() => handler);
}

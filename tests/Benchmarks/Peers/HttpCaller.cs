using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Visma.Connect.Sdk.Benchmarks.Network;

namespace Visma.Connect.Sdk.Benchmarks.Peers;

/// <summary>Calls through an HttpClient.</summary>
/// <param name="http">The client.</param>
/// <param name="name">Names the tenant on the request. Null, the default: it is not named there.</param>
internal sealed class HttpCaller(HttpClient http, Action<HttpRequestMessage>? name = null) : ICaller
{
    /// <summary>
    /// An HttpClient of IHttpClientFactory over a transport, without the log lines of the factory, which would cost more than the measured code.
    /// </summary>
    public static HttpClient NewClient(HttpMessageHandler transport, params DelegatingHandler[] handlers)
    {
        ServiceCollection services = new();
        IHttpClientBuilder http = services.AddHttpClient("api").ConfigurePrimaryHttpMessageHandler(() => transport).RemoveAllLoggers();
        foreach (DelegatingHandler handler in handlers)
        {
            http.AddHttpMessageHandler(() => handler);
        }

        return services.BuildServiceProvider().GetRequiredService<IHttpClientFactory>().CreateClient("api");
    }

    public HttpStatusCode Call(StubApi api)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, ICaller.Address);
        name?.Invoke(request);
        Task<HttpResponseMessage> sending = http.SendAsync(request);
        api.Answer();
        using HttpResponseMessage response = sending.Result;
        return response.StatusCode;
    }

    public async Task<HttpStatusCode> CallAsync()
    {
        using HttpRequestMessage request = new(HttpMethod.Get, ICaller.Address);
        name?.Invoke(request);
        using HttpResponseMessage response = await http.SendAsync(request);
        return response.StatusCode;
    }
}

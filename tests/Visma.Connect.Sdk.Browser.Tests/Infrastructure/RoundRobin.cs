using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk.Browser.Tests.Infrastructure;

/// <summary>A load balancer without sticky sessions: each request goes to the next process.</summary>
internal sealed class RoundRobin : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private readonly WebApplication _server;
    private readonly IReadOnlyList<Uri> _nodes;
    private readonly int[] _requests;
    private int _next = -1;

    private RoundRobin(WebApplication server, IReadOnlyList<Uri> nodes)
    {
        _server = server;
        _nodes = nodes;
        _requests = new int[nodes.Count];
    }

    public Uri Address => new(_server.Urls.Single() + "/");

    /// <summary>How many requests each process got.</summary>
    public IReadOnlyList<int> Requests => _requests;

    public static async Task<RoundRobin> StartAsync(params IReadOnlyList<Uri> nodes)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        RoundRobin balancer = new(builder.Build(), nodes);
        balancer._server.Run(balancer.PassOnAsync);
        await balancer._server.StartAsync(TestContext.Current.CancellationToken);
        return balancer;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _http.Dispose();
    }

    private async Task PassOnAsync(HttpContext context)
    {
        int node = (int)((uint)Interlocked.Increment(ref _next) % (uint)_nodes.Count);
        Interlocked.Increment(ref _requests[node]);
        HttpRequest incoming = context.Request;
        using HttpRequestMessage request = new(new HttpMethod(incoming.Method), new Uri(_nodes[node], incoming.GetEncodedPathAndQuery()));
        if (incoming.ContentLength > 0)
        {
            request.Content = new StreamContent(incoming.Body);
        }

        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in incoming.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.ToArray()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }

        using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        foreach ((string name, IEnumerable<string> values) in response.Headers.Concat(response.Content.Headers))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        context.Response.Headers.Remove("Transfer-Encoding");
        await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}

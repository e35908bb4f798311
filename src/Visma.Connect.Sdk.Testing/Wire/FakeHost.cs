using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Testing;

/// <summary>
/// An HTTP server on two ports of 127.0.0.1. It passes each request to the endpoint of its path, and answers 404 for other paths.
/// </summary>
internal sealed class FakeHost : IAsyncDisposable
{
    // The next port is used too.
    private const int HighestPort = IPEndPoint.MaxPort - 1;

    private readonly WebApplication _server;

    private FakeHost(WebApplication server) => _server = server;

    /// <summary>Finds the endpoint for a port and a path. It is set after the start, because the endpoints need the addresses.</summary>
    public Func<int, string, FakeEndpoint?> Find { get; set; } = (_, _) => null;

    /// <summary>The address of the first port, with a slash at the end.</summary>
    public Uri Address => new(_server.Urls.First() + "/");

    /// <summary>The address of the second port, with a slash at the end.</summary>
    public Uri SecondAddress => new(_server.Urls.Last() + "/");

    /// <summary>Starts the server.</summary>
    /// <param name="port">The first port; the second port is the next one. Zero for two free ports.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    public static async Task<FakeHost> StartAsync(int port, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, HighestPort);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.Listen(IPAddress.Loopback, port == 0 ? 0 : port + 1);
        });
        builder.Services.AddLogging();
        FakeHost host = new(builder.Build());
        host._server.Run(host.AnswerAsync);
        await host._server.StartAsync(cancellationToken).ConfigureAwait(false);
        return host;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        if (Find(context.Connection.LocalPort, context.Request.Path.Value ?? "/") is { } endpoint)
        {
            return endpoint.AnswerAsync(context);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Visma.Connect.Sdk.Tests.SignIn;

/// <summary>A sign-in, and the requests to its port.</summary>
public sealed class SignInAttempt
{
    private readonly TaskCompletionSource<Uri> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DesktopApp _app;

    public SignInAttempt(DesktopApp app, Action<BrowserSignInOptions>? change, CancellationToken cancellationToken)
    {
        _app = app;
        BrowserSignInOptions options = new()
        {
            UseAnyPort = true,
            OpenBrowser = (url, _) =>
            {
                _opened.SetResult(url);
                return Task.CompletedTask;
            },
        };
        change?.Invoke(options);
        Connecting = app.SignIn.ConnectAsync("desktop", "mine", options, cancellationToken).Soon("the end of the sign-in");
    }

    public Task<VismaConnection> Connecting { get; }

    /// <summary>The address that the program opened in the browser.</summary>
    public async Task<Uri> OpenedAsync()
    {
        if (await Task.WhenAny(_opened.Task, Connecting) == Connecting)
        {
            await Connecting;
        }

        return await _opened.Task;
    }

    /// <summary>The redirect URI of the sign-in.</summary>
    public async Task<Uri> RedirectUriAsync() => new(await ParameterAsync("redirect_uri"));

    public async Task<string> ParameterAsync(string name) => QueryHelpers.ParseQuery((await OpenedAsync()).Query)[name].ToString();

    /// <summary>The user signs in and consents, up to the callback.</summary>
    public async Task<FakeCallback> ConsentAsync() =>
        await _app.Visma.SignInAsync(await OpenedAsync(), _app.User, cancellationToken: DesktopApp.Cancellation);

    /// <summary>The user signs in and consents, and the browser returns to the program.</summary>
    public async Task<HttpResponseMessage> ComeBackAsync() => await DeliverAsync(await ConsentAsync());

    public Task<HttpResponseMessage> DeliverAsync(FakeCallback callback) => callback.SendAsync(_app.Http, DesktopApp.Cancellation).Soon("the page that the browser is shown");

    /// <summary>The path of a callback with the right state and issuer, and with these parameters.</summary>
    public async Task<string> TargetAsync(string parameters) =>
        $"{(await RedirectUriAsync()).AbsolutePath}?state={Uri.EscapeDataString(await ParameterAsync("state"))}&iss={Uri.EscapeDataString(_app.Visma.VismaConnect.Issuer!)}&{parameters}";

    public async Task<TcpClient> ConnectAsync()
    {
        Uri address = await RedirectUriAsync();
        return await ConnectAsync(IPAddress.Parse(address.HostNameType == UriHostNameType.Dns ? "127.0.0.1" : address.DnsSafeHost), address.Port);
    }

    public static async Task<TcpClient> ConnectAsync(IPAddress address, int port)
    {
        TcpClient client = new(address.AddressFamily);
        try
        {
            await client.ConnectAsync(address, port, DesktopApp.Cancellation);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Sends this message, with <c>{host}</c> replaced by the right host, and reads until the port closes the socket.</summary>
    public async Task<string> ExchangeAsync(string message)
    {
        using TcpClient client = await ConnectAsync();
        NetworkStream stream = client.GetStream();
        string sent = message.Replace("{host}", (await RedirectUriAsync()).Authority, StringComparison.Ordinal);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(sent), DesktopApp.Cancellation);
        using StreamReader reader = new(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(DesktopApp.Cancellation).Soon($"the answer to {message}");
    }

    /// <summary>Sends a GET for this target.</summary>
    public Task<string> GetAsync(string target, string host = "{host}") => ExchangeAsync($"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");

    /// <summary>Asserts that the port is closed.</summary>
    public async Task AssertClosedAsync()
    {
        SocketException refused = await Assert.ThrowsAsync<SocketException>(ConnectAsync);
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }
}

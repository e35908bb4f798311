using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>Stands between an application and the identity server, and answers some requests with bytes that need not be HTTP.</summary>
public sealed class BrokenProxy : DelegatingHandler
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public BrokenProxy()
    {
        InnerHandler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        _listener.Start();
        Answering = AnswerAsync();
    }

    /// <summary>What it answers.</summary>
    public string Reply { get; set; } = "";

    /// <summary>A part of the addresses that it answers. Null for none.</summary>
    public string? Part { get; set; }

    /// <summary>How many requests it has answered.</summary>
    public int Answered { get; private set; }

    private Task Answering { get; }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Part is { } part && request.RequestUri!.AbsolutePath.Contains(part, StringComparison.Ordinal))
        {
            request.RequestUri = new UriBuilder(request.RequestUri) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;
            request.Headers.ConnectionClose = true;
        }

        return base.SendAsync(request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        _listener.Stop();
        base.Dispose(disposing);
    }

    private async Task AnswerAsync()
    {
        while (true)
        {
            try
            {
                using TcpClient connection = await _listener.AcceptTcpClientAsync();
                NetworkStream stream = connection.GetStream();
                StringBuilder request = new();
                byte[] buffer = new byte[4096];
                while (!IsWhole(request.ToString()))
                {
                    int read = await stream.ReadAsync(buffer);
                    if (read == 0)
                    {
                        break;
                    }

                    request.Append(Encoding.Latin1.GetString(buffer, 0, read));
                }

                Answered++;
                await stream.WriteAsync(Encoding.Latin1.GetBytes(Reply));
                connection.Client.Shutdown(SocketShutdown.Send);
                while (await stream.ReadAsync(buffer) > 0)
                {
                }
            }
            catch (Exception failure) when (failure is IOException || (failure is SocketException && _listener.Server.IsBound))
            {
                // The application has hung up.
            }
            catch (Exception)
            {
                return;
            }
        }
    }

    private static bool IsWhole(string request)
    {
        int end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        const string Length = "Content-Length: ";
        int at = request.IndexOf(Length, StringComparison.OrdinalIgnoreCase);
        return end >= 0
            && (at < 0 || request.Length - end - 4 >= int.Parse(request[(at + Length.Length)..request.IndexOf('\r', at)], System.Globalization.CultureInfo.InvariantCulture));
    }
}

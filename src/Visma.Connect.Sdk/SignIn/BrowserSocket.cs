using System.Net.Sockets;

namespace Visma.Connect.Sdk;

/// <summary>A socket that was accepted at the port. It carries one request and one response.</summary>
internal sealed class BrowserSocket : IDisposable
{
    // For the whole request, and again for the whole response.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly TimeProvider _time;
    private readonly CancellationTokenRegistration _closing;

    public BrowserSocket(Socket socket, TimeProvider time, CancellationToken closing)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _time = time;
        // To close the stream ends a read or a write on every platform. A CancellationToken does not on .NET Framework.
        _closing = closing.Register(_stream.Dispose);
    }

    /// <returns>The request; null if the browser sent none.</returns>
    public async Task<BrowserRequest?> ReadAsync()
    {
        try
        {
            return await WithinLimitAsync(() => BrowserRequestReader.ReadAsync(_stream)).ConfigureAwait(false);
        }
        catch (Exception gone) when (IsGone(gone))
        {
            return null;
        }
    }

    /// <summary>Sends the page. Does nothing if the browser has closed the socket.</summary>
    public async Task AnswerAsync(BrowserPage page)
    {
        try
        {
            await WithinLimitAsync(() => SendAsync(page)).ConfigureAwait(false);
        }
        catch (Exception gone) when (IsGone(gone))
        {
        }
    }

    /// <summary>
    /// Sends the page, and then reads the rest of the request. If the socket were closed before that, the browser would get a reset instead of the
    /// page.
    /// </summary>
    public async Task RefuseAsync(BrowserPage page)
    {
        try
        {
            await WithinLimitAsync(async () => await SendAsync(page).ConfigureAwait(false) && await DrainAsync().ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (Exception gone) when (IsGone(gone))
        {
        }
    }

    public void Dispose()
    {
        _closing.Dispose();
        _stream.Dispose();
    }

    private static bool IsGone(Exception failure) => failure is IOException or SocketException or ObjectDisposedException;

    private async Task<T> WithinLimitAsync<T>(Func<Task<T>> act)
    {
        using CancellationTokenSource timer = _time.CreateCancellationTokenSource(Limit);
        using CancellationTokenRegistration closing = timer.Token.Register(_stream.Dispose);
        return await act().ConfigureAwait(false);
    }

    private async Task<bool> SendAsync(BrowserPage page)
    {
        byte[] message = page.ToBytes();
        await _stream.WriteAsync(new ArraySegment<byte>(message), CancellationToken.None).ConfigureAwait(false);
        _socket.Shutdown(SocketShutdown.Send);
        return true;
    }

    private async Task<bool> DrainAsync()
    {
        ArraySegment<byte> rest = new(new byte[BrowserRequestReader.LongestBody]);
        int read;
        int left = BrowserRequestReader.LongestBody;
        while (left > 0 && (read = await _stream.ReadAsync(rest, CancellationToken.None).ConfigureAwait(false)) > 0)
        {
            left -= read;
        }

        return true;
    }
}

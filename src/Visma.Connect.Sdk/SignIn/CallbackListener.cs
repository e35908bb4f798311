using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>
/// Waits for the request with the response to an authorization request, and refuses every other request to the port. Browsers open sockets in advance
/// and ask for icons, and other pages and programs may send anything.
/// </summary>
internal sealed class CallbackListener : IDisposable
{
    private readonly TaskCompletionSource<Callback> _callback = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationToken _ended;
    private readonly LoopbackPort _port;
    private readonly CallbackRule _rule;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public CallbackListener(LoopbackPort port, CallbackRule rule, TimeProvider time, ILogger logger)
    {
        _port = port;
        _rule = rule;
        _time = time;
        _logger = logger;
        _ended = _end.Token;
    }

    public Task<Callback> ListenAsync()
    {
        // A failure of the port after the wait is not an error.
        _callback.Task.Observe();
        foreach (TcpListener listener in _port.Listeners)
        {
            Task.Run(() => AcceptAsync(listener)).Observe();
        }

        return _callback.Task;
    }

    /// <summary>Closes every socket, also the one of the callback.</summary>
    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        while (!_ended.IsCancellationRequested)
        {
            try
            {
                Socket socket = await listener.AcceptSocketAsync().ConfigureAwait(false);
                // Not awaited: browsers open sockets on which they send nothing for a long time.
                ServeAsync(new BrowserSocket(socket, _time, _ended)).Observe();
            }
            catch (SocketException gone) when (gone.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
            {
                // The browser closed the socket before it was accepted.
            }
            catch (Exception failure)
            {
                _callback.TrySetException(failure);
                return;
            }
        }
    }

    private async Task ServeAsync(BrowserSocket connection)
    {
        bool isHandedOver = false;
        try
        {
            if (await connection.ReadAsync().ConfigureAwait(false) is { } request)
            {
                if (_rule.TryRead(request, out AuthorizationResponse? response, out BrowserPage? refusal))
                {
                    isHandedOver = _callback.TrySetResult(new Callback(connection, response));
                    refusal = isHandedOver ? null : BrowserPage.AnsweredAlready;
                }

                if (refusal is not null)
                {
                    Log.CallbackRefused(_logger, _rule.RedirectUri, (int)refusal.Status);
                    await connection.RefuseAsync(refusal).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            if (!isHandedOver)
            {
                connection.Dispose();
            }
        }
    }
}

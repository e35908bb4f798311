using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>
/// Waits for the one request that answers an authorization request, and turns away all else that comes to the port: what browsers open in
/// advance and ask besides, and what other pages and programs try.
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
        // A port that fails when the wait is over is no news.
        _callback.Task.Observe();
        foreach (TcpListener listener in _port.Listeners)
        {
            Task.Run(() => AcceptAsync(listener)).Observe();
        }

        return _callback.Task;
    }

    /// <summary>Closes every connection, that of the callback included.</summary>
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
                // Not awaited: browsers open connections that say nothing for a long time.
                ServeAsync(new BrowserSocket(socket, _time, _ended)).Observe();
            }
            catch (SocketException gone) when (gone.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
            {
                // It hung up before it was taken.
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

using System.Diagnostics;
using System.Security.Authentication;

namespace Visma.Connect.Sdk;

/// <summary>A request under way at an identity server. Its listener decides how long it is listened to.</summary>
/// <remarks>For one listener at a time.</remarks>
internal sealed class OpenRequest : IDisposable
{
    // A timer that fires later than this was stopped together with its process or machine.
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(100);

    // Long enough to read a socket.
    private static readonly TimeSpan LastLook = TimeSpan.FromSeconds(2);

    private readonly ServerRequest _request;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _hangUp = new();
    private readonly ReplyReader _reader;
    private readonly Task<ServerReply> _reply;

    public OpenRequest(HttpMessageHandler transport, HttpRequestMessage message, ServerRequest request, Signals signals, TimeProvider time)
    {
        _request = request;
        _time = time;
        _reader = new ReplyReader(request.MostBytes, time);
        SentAt = Moment.Now(time);
        _reply = ExchangeAsync(transport, message, signals);
        // The transport may ignore that it is cancelled, and fail later.
        _reply.Observe();
    }

    public Moment SentAt { get; }

    /// <summary>Waits for the reply, up to a time after the send, and listens on if it is not there. Returns whether the request is over.</summary>
    public Task<bool> IsOverAtAsync(TimeSpan time) =>
        IsOverAfterAsync(time - _time.GetElapsedTime(SentAt.Timestamp), lateAfter: TimeSpan.MaxValue, CancellationToken.None);

    /// <summary>Waits for the reply, up to a time limit after the send. Returns whether the request is over; otherwise it can be ended.</summary>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public Task<bool> IsOverWithinAsync(TimeSpan limit, CancellationToken cancellationToken) =>
        _reply.IsCompleted
            ? Task.FromResult(true)
            : IsOverAfterAsync(limit - _time.GetElapsedTime(SentAt.Timestamp), lateAfter: limit + Late, cancellationToken);

    /// <summary>Ends the request. Returns the reply, or the part of it that has arrived.</summary>
    /// <exception cref="VismaConnectException">There is no reply.</exception>
    public Task<ServerReply> EndAsync() => _reply.Status == TaskStatus.RanToCompletion ? _reply : EndWithoutReplyAsync();

    private async Task<ServerReply> EndWithoutReplyAsync()
    {
        if (!_reply.IsCompleted)
        {
            TimeSpan waited = _time.GetElapsedTime(SentAt.Timestamp);
            if (_reader.TakePart(new TimeoutException()) is { } part)
            {
                _hangUp.Cancel();
                return part;
            }

            // It can have arrived in the meantime.
            if (!_reply.IsCompleted)
            {
                _hangUp.Cancel();
                throw NoReply(waited, new TimeoutException());
            }
        }

        try
        {
            return await _reply.ConfigureAwait(false);
        }
        catch (OperationCanceledException cancelled)
        {
            throw NoReply(_time.GetElapsedTime(SentAt.Timestamp), NetworkFailure.WithoutReply(cancelled));
        }
        catch (Exception failure)
        {
            // Any exception, because the request may have been sent: handlers of the application and its resilience library throw their own.
            throw Failed(failure);
        }
    }

    public void Dispose()
    {
        _hangUp.Cancel();
        _hangUp.Dispose();
    }

    private async Task<ServerReply> ExchangeAsync(HttpMessageHandler transport, HttpRequestMessage message, Signals signals)
    {
        Activity? activity = Signals.BeginRequest(_request.Purpose);
        int? status = null;
        Exception? failed = null;
        try
        {
            // Not an HttpClient: its headers, time limit and buffer are not for token requests.
            using HttpMessageInvoker http = new(transport, disposeHandler: false);
            using (message)
            {
                using HttpResponseMessage response = await http.SendAsync(message, _hangUp.Token).ConfigureAwait(false);
                status = (int)response.StatusCode;
                return await _reader.ReadAsync(response, _hangUp).ConfigureAwait(false);
            }
        }
        catch (Exception failure)
        {
            failed = failure;
            throw;
        }
        finally
        {
            if (activity is not null || signals.MeasuresRequests)
            {
                string server = message.RequestUri!.Host;
                signals.EndRequest(activity, _request.Client.Name, _request.Purpose, server, SentAt.ElapsedBy(_time), status, failed);
            }
        }
    }

    private async Task<bool> IsOverAfterAsync(TimeSpan wait, TimeSpan lateAfter, CancellationToken cancellationToken)
    {
        if (!_reply.IsCompleted && wait > TimeSpan.Zero)
        {
            try
            {
                await _reply.WaitAsync(wait, _time, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                // The time is over, or the request failed.
            }
        }

        // After a stop of the process or the machine, the timer can come before the reply that is already in the socket.
        return _reply.IsCompleted
            || (SentAt.ElapsedBy(_time) > lateAfter && await IsOverAfterAsync(LastLook, TimeSpan.MaxValue, cancellationToken).ConfigureAwait(false));
    }

    private VismaConnectException NoReply(TimeSpan waited, Exception cause) =>
        new(FormattableString.Invariant($"No reply to {_request} within {waited.TotalSeconds:0.#} s."), cause) { IsTransient = true };

    private VismaConnectException Failed(Exception failure)
    {
        if (failure.InnerException is AuthenticationException)
        {
            return new VismaConnectException(
                $"TLS failed for {_request}; nothing was sent.",
                LocalCauses.Certificates.Remedy,
                NetworkFailure.WithoutReply(failure))
            {
                WasNotSent = true,
            };
        }

        if (failure is not (HttpRequestException or IOException or InvalidDataException))
        {
            return new VismaConnectException(
                $"A handler below the token requests failed during {_request} ({failure.GetType().Name}).",
                NetworkFailure.WithoutReply(failure))
            {
                IsTransient = true,
            };
        }

        return new VismaConnectException(
            $"The connection failed during {_request}: {NetworkFailure.ReasonOf(failure).TrimEnd('.')}.",
            LocalCauses.Network.Remedy,
            NetworkFailure.WithoutReply(failure))
        {
            IsTransient = true,
            WasNotSent = NetworkFailure.CameBeforeTheRequest(failure),
        };
    }
}

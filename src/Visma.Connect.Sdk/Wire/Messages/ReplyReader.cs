using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Visma.Connect.Sdk;

/// <summary>Reads the body of one reply, up to a limit. What has arrived can be taken at any time. Holds secrets.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ReplyReader(int mostBytes, TimeProvider time)
{
    private const int FirstBuffer = 8 * 1024;

    // The end of a body can come in a packet of its own. A connection whose body has not ended cannot be used again.
    private static readonly TimeSpan EndComesWithin = TimeSpan.FromSeconds(3);

    private readonly object _lock = new();
    private HttpResponseMessage? _response;
    private byte[] _buffer = [];
    private int _length;
    private JsonReaderState _json;
    private int _scanned;
    private bool _isNotJson;

    /// <summary>Reads to the end of the body, or to the end of its JSON text if the body does not end after it.</summary>
    /// <param name="response">The reply.</param>
    /// <param name="hangUp">Ends the reading, and aborts the connection.</param>
    public async ValueTask<ServerReply> ReadAsync(HttpResponseMessage response, CancellationTokenSource hangUp)
    {
        lock (_lock)
        {
            _response = response;
            _buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        }

        try
        {
            if (response.Content is not null)
            {
                using Stream body = Decoded(await response.Content.ReadAsStreamAsync(hangUp.Token).ConfigureAwait(false), response.Content);
                if (!await HasEndedAsync(body, hangUp.Token).ConfigureAwait(false))
                {
                    hangUp.Cancel();
                    // The buffer does not go back to the pool, because the pending read may still write to it.
                    return Take(cutShortBy: null);
                }
            }

            return new ServerReply(response, _buffer, _length, cutShortBy: null);
        }
        catch (Exception cut) when (_length > 0 && !hangUp.IsCancellationRequested)
        {
            // The part that has arrived may contain the only valid refresh token. Handlers of the application throw exceptions of their own.
            return new ServerReply(response, _buffer, _length, cut);
        }
        catch
        {
            lock (_lock)
            {
                _response = null;
                // Not back to the pool, because a stream can end a read without ending its work.
                Array.Clear(_buffer, 0, _buffer.Length);
            }

            throw;
        }
    }

    /// <summary>The part that has arrived. Null if that is nothing.</summary>
    public ServerReply? TakePart(Exception cutShortBy)
    {
        lock (_lock)
        {
            return _response is null || _length == 0 ? null : Take(cutShortBy);
        }
    }

    // False if the JSON text has ended, and the body does not end. Servers exist that never send the last chunk.
    private async ValueTask<bool> HasEndedAsync(Stream body, CancellationToken cancellationToken)
    {
        while (_length <= mostBytes)
        {
            ValueTask<int> reading = body.ReadAsync(new ArraySegment<byte>(_buffer, _length, _buffer.Length - _length), cancellationToken);
            int? read = !reading.IsCompletedSuccessfully && IsJsonComplete()
                ? await SoonAsync(reading.AsTask()).ConfigureAwait(false)
                : await reading.ConfigureAwait(false);
            if (read is not > 0)
            {
                return read is not null;
            }

            Add(read.Value);
        }

        return true;
    }

    // Null if the body does not end soon, or fails. Its JSON text is whole in any case.
    private async Task<int?> SoonAsync(Task<int> reading)
    {
        reading.Observe();
        try
        {
            return await reading.WaitAsync(EndComesWithin, time, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception)
        {
            return null;
        }
    }

    private void Add(int read)
    {
        lock (_lock)
        {
            _length += read;
            if (_length == _buffer.Length)
            {
                byte[] full = _buffer;
                _buffer = ArrayPool<byte>.Shared.Rent(full.Length * 2);
                full.CopyTo(_buffer, 0);
                ServerReply.Return(full, full.Length);
            }
        }
    }

    private bool IsJsonComplete()
    {
        if (_isNotJson)
        {
            return false;
        }

        try
        {
            Utf8JsonReader reader = new(new ReadOnlySpan<byte>(_buffer, _scanned, _length - _scanned), isFinalBlock: false, _json);
            while (reader.Read())
            {
                if (reader.CurrentDepth == 0 && reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
                {
                    return true;
                }
            }

            _json = reader.CurrentState;
            _scanned += (int)reader.BytesConsumed;
        }
        catch (JsonException)
        {
            _isNotJson = true;
        }

        return false;
    }

    private ServerReply Take(Exception? cutShortBy)
    {
        byte[] copy = ArrayPool<byte>.Shared.Rent(Math.Max(_length, 1));
        Array.Copy(_buffer, copy, _length);
        return new ServerReply(_response!, copy, _length, cutShortBy);
    }

    // The request asks for no encoding. Some proxies compress all the same.
    private static Stream Decoded(Stream body, HttpContent content) =>
        content.Headers.TryGetValues("Content-Encoding", out IEnumerable<string>? encodings) && encodings.Contains("gzip", StringComparer.OrdinalIgnoreCase)
            ? Decompressed(body)
            : body;

    // A method of its own: only a compressed reply loads the assembly.
    [MethodImpl(MethodImplOptions.NoInlining)]
    [SuppressMessage("Performance", "CA1859:Use concrete types when possible", Justification = "The caller would load the assembly of the type.")]
    private static Stream Decompressed(Stream body) => new GZipStream(body, CompressionMode.Decompress);
}

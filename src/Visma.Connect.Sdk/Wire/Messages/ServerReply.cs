using System.Buffers;
using System.Net;
using System.Net.Http.Headers;

namespace Visma.Connect.Sdk;

/// <summary>The reply of an identity server: status, headers, and the body up to a limit.</summary>
internal readonly struct ServerReply : IDisposable
{
    public const int MaxBytes = 1024 * 1024;

    private const int FirstBuffer = 8 * 1024;

    private readonly HttpResponseHeaders _headers;
    private readonly HttpContentHeaders? _contentHeaders;
    private readonly byte[] _buffer;

    private ServerReply(HttpResponseMessage response, byte[] buffer, int length, Exception? cutShortBy)
    {
        StatusCode = response.StatusCode;
        _headers = response.Headers;
        _contentHeaders = response.Content?.Headers;
        _buffer = buffer;
        Length = length;
        CutShortBy = cutShortBy;
    }

    public HttpStatusCode StatusCode { get; }

    public bool IsSuccess => (int)StatusCode is >= 200 and < 300;

    // Only the message about an unusable reply needs these, so they are read on demand.
    public string? MediaType => _contentHeaders?.ContentType?.MediaType;

    public string? CorrelationId => ReadCorrelationId(_headers);

    public RetryConditionHeaderValue? RetryAfter => _headers.RetryAfter;

    public int Length { get; }

    /// <summary>The failure that cut the body short. Null if the body is complete.</summary>
    public Exception? CutShortBy { get; }

    public bool IsTooLong => Length > MaxBytes;

    public ReadOnlySpan<byte> Body => WithoutByteOrderMark(new ReadOnlySpan<byte>(_buffer, 0, Length));

    public static async Task<ServerReply> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        int length = 0;
        try
        {
            if (response.Content is not null)
            {
                using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
                int read;
                while ((read = await body.ReadAsync(
                    new ArraySegment<byte>(buffer, length, buffer.Length - length),
                    cancellationToken).ConfigureAwait(false)) > 0)
                {
                    length += read;
                    if (length > MaxBytes)
                    {
                        break;
                    }

                    if (length == buffer.Length)
                    {
                        buffer = Grow(buffer);
                    }
                }
            }

            return new ServerReply(response, buffer, length, cutShortBy: null);
        }
        catch (Exception cut) when (length > 0 && cut is IOException or HttpRequestException && !cancellationToken.IsCancellationRequested)
        {
            // The part that has arrived may contain the only valid refresh token.
            return new ServerReply(response, buffer, length, cut);
        }
        catch
        {
            Return(buffer, buffer.Length);
            throw;
        }
    }

    public void Dispose() => Return(_buffer, Length);

    private static byte[] Grow(byte[] full)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(full.Length * 2);
        full.CopyTo(larger, 0);
        Return(full, full.Length);
        return larger;
    }

    // The buffer contained tokens, and the pool passes it on to other code.
    private static void Return(byte[] buffer, int used)
    {
        Array.Clear(buffer, 0, used);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private static ReadOnlySpan<byte> WithoutByteOrderMark(ReadOnlySpan<byte> body) =>
        body.Length >= 3 && body[0] == 0xEF && body[1] == 0xBB && body[2] == 0xBF ? body.Slice(3) : body;

    private static string? ReadCorrelationId(HttpResponseHeaders headers)
    {
        // Visma documents no header for it. These are usual for this kind of server.
        foreach (string name in (ReadOnlySpan<string>)["x-correlation-id", "x-request-id", "request-id"])
        {
            if (headers.TryGetValues(name, out IEnumerable<string>? values) && values.FirstOrDefault() is { Length: > 0 and <= 128 } id)
            {
                return VisibleText.Of(id);
            }
        }

        return null;
    }
}

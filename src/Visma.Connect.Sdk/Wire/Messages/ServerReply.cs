using System.Buffers;
using System.Net;
using System.Net.Http.Headers;

namespace Visma.Connect.Sdk;

/// <summary>The reply of an identity server: status, headers, and the body up to a limit.</summary>
/// <remarks>A class, because the runtime compiles the tasks and awaiters of a structure once more: thirty methods at the first token request.</remarks>
internal sealed class ServerReply : IDisposable
{
    public const int MaxBytes = 1024 * 1024;

    private readonly HttpResponseHeaders _headers;
    private readonly HttpContentHeaders? _contentHeaders;
    private readonly byte[] _buffer;

    /// <param name="response">The status and headers.</param>
    /// <param name="buffer">The body, in a buffer of the shared pool.</param>
    /// <param name="length">The length of the body.</param>
    /// <param name="cutShortBy">See <see cref="CutShortBy"/>.</param>
    public ServerReply(HttpResponseMessage response, byte[] buffer, int length, Exception? cutShortBy)
    {
        StatusCode = response.StatusCode;
        _headers = response.Headers;
        _contentHeaders = response.Content?.Headers;
        _buffer = buffer;
        Length = length;
        CutShortBy = cutShortBy is null ? null : NetworkFailure.WithoutReply(cutShortBy);
    }

    public HttpStatusCode StatusCode { get; }

    public bool IsSuccess => (int)StatusCode is >= 200 and < 300;

    // Only the message about an unusable reply needs these, so they are read on demand.
    public string? MediaType => _contentHeaders?.ContentType?.MediaType;

    /// <summary>How long the server asks to wait. Null if it does not.</summary>
    public TimeSpan? RetryAfterBy(DateTimeOffset now) => RetryAfter.From(_headers, now);

    public int Length { get; }

    /// <summary>The failure that cut the body short. Null if the body is complete.</summary>
    public Exception? CutShortBy { get; }

    public bool IsTooLong => Length > MaxBytes;

    public ReadOnlySpan<byte> Body => WithoutByteOrderMark(new ReadOnlySpan<byte>(_buffer, 0, Length));

    public void Dispose() => Return(_buffer, Length);

    // The buffer contained tokens, and the pool passes it on to other code.
    public static void Return(byte[] buffer, int used)
    {
        Array.Clear(buffer, 0, used);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private static ReadOnlySpan<byte> WithoutByteOrderMark(ReadOnlySpan<byte> body) =>
        body.Length >= 3 && body[0] == 0xEF && body[1] == 0xBB && body[2] == 0xBF ? body.Slice(3) : body;

    /// <summary>The identifier that the server gave the request, without the secrets of the request. Null if absent.</summary>
    public string? CorrelationIdFor(ServerRequest request) =>
        // Visma documents no header for it. These are usual for this kind of server.
        CorrelationId.Find(_headers, "x-correlation-id", "x-request-id", "request-id", "x-vbc-traceid") is { } id
            ? VisibleText.Of(id, request.SecretForms())
            : null;
}

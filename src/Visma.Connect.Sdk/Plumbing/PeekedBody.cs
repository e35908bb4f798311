namespace Visma.Connect.Sdk;

/// <summary>Reads the beginning of a response's body, and leaves the body readable from its beginning.</summary>
internal static class PeekedBody
{
    private const int FirstBytes = 4 * 1024;

    /// <summary>Reads up to a number of bytes. A body that is not buffered is read no further, so it can still be streamed.</summary>
    /// <exception cref="HttpRequestException">The connection failed.</exception>
    /// <exception cref="IOException">The connection failed.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, int mostBytes, CancellationToken cancellationToken)
    {
        if (response.Content is not { } content)
        {
            return default;
        }

        Stream stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        long start = stream.CanSeek ? stream.Position : 0;
        // One byte more than the whole body: then its end is seen without a larger buffer.
        long expected = content.Headers.ContentLength is { } whole and < int.MaxValue ? whole + 1 : FirstBytes;
        byte[] beginning = new byte[Math.Min(mostBytes, expected)];
        int length = 0;
        try
        {
            int read;
            do
            {
                if (length == beginning.Length)
                {
                    Array.Resize(ref beginning, Math.Min(mostBytes, beginning.Length * 2));
                }

                read = await stream.ReadAsync(new ArraySegment<byte>(beginning, length, beginning.Length - length), cancellationToken).ConfigureAwait(false);
                length += read;
            }
            while (read > 0 && length < mostBytes);
        }
        finally
        {
            if (stream.CanSeek)
            {
                stream.Position = start;
            }
            else
            {
                response.Content = Continued(content, new ReadOnlyMemory<byte>(beginning, 0, length), stream);
            }
        }

        return new ReadOnlyMemory<byte>(beginning, 0, length);
    }

    private static StreamContent Continued(HttpContent content, ReadOnlyMemory<byte> beginning, Stream rest)
    {
        StreamContent continued = new(new ContinuedStream(beginning, rest));
        foreach (KeyValuePair<string, IEnumerable<string>> header in content.Headers)
        {
            continued.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        return continued;
    }
}

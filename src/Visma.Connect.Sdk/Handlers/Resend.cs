using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Visma.Connect.Sdk;

/// <summary>Whether the body of a request can be sent a second time.</summary>
/// <remarks>
/// True for each content that was buffered, and for the kinds that surely repeat themselves. False otherwise: an unknown kind of content may send only a
/// part of itself the second time, or nothing, without an error.
/// </remarks>
internal static partial class Resend
{
    private const string ContentLength = "Content-Length";

    public static async Task<bool> IsPossibleAsync(HttpContent? content)
    {
        switch (content)
        {
            case null or ByteArrayContent:
                return true;
            case var any when await IsBufferedAsync(any).ConfigureAwait(false):
                return true;
            case MultipartContent parts:
                foreach (HttpContent part in parts)
                {
                    if (!await IsPossibleAsync(part).ConfigureAwait(false))
                    {
                        return false;
                    }
                }

                return true;
            case StreamContent:
                // StreamContent rewinds its stream if the stream can seek.
                return (await content.ReadAsStreamAsync().ConfigureAwait(false)).CanSeek;
            default:
                return IsMemory(content) || (IsJson(content, out object? value) && CanBeEnumeratedAgain(value));
        }
    }

    // A content with a buffer knows its length, and has nothing to do when it is asked for a buffer, even for one of no bytes. A content without a buffer
    // that knows its length refuses such a buffer before it begins to write.
    private static async Task<bool> IsBufferedAsync(HttpContent content)
    {
        bool hadLength = content.Headers.Contains(ContentLength);
        try
        {
            if (content.Headers.ContentLength is null)
            {
                return false;
            }

            await content.LoadIntoBufferAsync(0).ConfigureAwait(false);
            return true;
        }
        catch (Exception refusal) when (refusal is HttpRequestException or ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            if (!hadLength)
            {
                // Reading the length adds this header, and a part of several would be sent with it the second time.
                content.Headers.Remove(ContentLength);
            }
        }
    }

    // JsonContent serialises its object each time. A sequence that is not a collection may be a query that runs only once. Sequences inside
    // an object are not searched for.
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "The serializer cannot enumerate an interface either that was trimmed away.")]
    private static bool CanBeEnumeratedAgain(object? value) =>
        value is null or string or ICollection
        || (value is not IEnumerable
            && !value.GetType().GetInterfaces().Any(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>)));
}

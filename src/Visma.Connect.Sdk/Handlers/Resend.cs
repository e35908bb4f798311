using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Visma.Connect.Sdk;

/// <summary>Whether the body of a request that was sent can be sent once more.</summary>
/// <remarks>Deny by default: a kind of content that is not known may send half of itself, or nothing, the second time, without an error.</remarks>
internal static partial class Resend
{
    public static async Task<bool> IsPossibleAsync(HttpContent? content)
    {
        switch (content)
        {
            case null or ByteArrayContent:
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
                // It rewinds by itself if the stream can; only the stream tells.
                return (await content.ReadAsStreamAsync().ConfigureAwait(false)).CanSeek;
            default:
                return IsMemory(content) || (IsJson(content, out object? value) && CanBeEnumeratedAgain(value));
        }
    }

    // JsonContent serialises its object anew each time. A sequence that is no collection may be a query that runs once; one inside an
    // object is not looked for.
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "An interface that was trimmed away is none the serializer could enumerate either.")]
    private static bool CanBeEnumeratedAgain(object? value) =>
        value is null or string or ICollection
        || (value is not IEnumerable
            && !value.GetType().GetInterfaces().Any(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>)));
}

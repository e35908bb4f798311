using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Visma.Connect.Sdk;

/// <summary>Whether the body of a request can be sent a second time.</summary>
/// <remarks>False by default: an unknown kind of content may send only a part of itself the second time, or nothing, without an error.</remarks>
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
                // StreamContent rewinds its stream if the stream can seek.
                return (await content.ReadAsStreamAsync().ConfigureAwait(false)).CanSeek;
            default:
                return IsMemory(content) || (IsJson(content, out object? value) && CanBeEnumeratedAgain(value));
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

namespace Visma.Connect.Sdk;

/// <summary>Whether the body of a request that was sent can be sent once more.</summary>
/// <remarks>Deny by default: a kind of content that is not known may send half of itself, or nothing, the second time, without an error.</remarks>
internal static class Resend
{
    private const string JsonContent = "System.Net.Http.Json.JsonContent";

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
                // By name, as these types are not in every target. JsonContent serialises its object anew each time.
                return content.GetType().FullName is JsonContent or "System.Net.Http.ReadOnlyMemoryContent";
        }
    }
}

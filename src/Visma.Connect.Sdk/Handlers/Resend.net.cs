using System.Net.Http.Json;

namespace Visma.Connect.Sdk;

internal static partial class Resend
{
    private static bool IsMemory(HttpContent content) => content is ReadOnlyMemoryContent;

    private static bool IsJson(HttpContent content, out object? value)
    {
        value = (content as JsonContent)?.Value;
        return content is JsonContent;
    }
}

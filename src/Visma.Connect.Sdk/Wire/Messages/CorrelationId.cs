using System.Net.Http.Headers;

namespace Visma.Connect.Sdk;

/// <summary>Finds the identifier that a server gave a request.</summary>
internal static class CorrelationId
{
    private const int Longest = 128;

    /// <summary>The value of the first of these headers that is present, not empty and not too long for an identifier. Null if there is none.</summary>
    public static string? Find(HttpResponseHeaders headers, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (headers.TryGetValues(name, out IEnumerable<string>? values) && values.FirstOrDefault() is { Length: > 0 and <= Longest } id)
            {
                return id;
            }
        }

        return null;
    }
}

using System.Text.Json;

namespace Visma.Connect.Sdk;

/// <summary>
/// The reply of Business NXT to one call too many at once for a company: status 200, and <c>errors[].extensions.code</c> is
/// <c>OUTSTANDING_LIMIT_EXCEEDED</c> (seen in a public client; https://docs.vismasoftware.no/businessnxtapi/apireference/ratelimits).
/// </summary>
internal static class OutstandingLimit
{
    public const string Code = "OUTSTANDING_LIMIT_EXCEEDED";

    private static ReadOnlySpan<byte> CodeBytes => "OUTSTANDING_LIMIT_EXCEEDED"u8;

    /// <summary>
    /// Whether the API has refused the whole query: every error has this code, and no field has a value. Otherwise a part of a mutation may have been
    /// processed, so the caller gets the response.
    /// </summary>
    public static bool IsExceeded(ReadOnlyMemory<byte> body)
    {
        // Nearly no response contains the code, so nearly none is parsed.
        return body.Span.IndexOf(CodeBytes) >= 0 && JsonText.TryParse(body, out JsonElement reply) && IsExceeded(reply);
    }

    private static bool IsExceeded(JsonElement reply) =>
        reply.ValueKind == JsonValueKind.Object
        && reply.TryGetProperty("errors", out JsonElement errors)
        && errors.ValueKind == JsonValueKind.Array
        && errors.GetArrayLength() > 0
        && errors.EnumerateArray().All(HasCode)
        && !(reply.TryGetProperty("data", out JsonElement data) && HasValue(data));

    private static bool HasCode(JsonElement error) =>
        error.ValueKind == JsonValueKind.Object
        && error.TryGetProperty("extensions", out JsonElement extensions)
        && extensions.ValueKind == JsonValueKind.Object
        && extensions.TryGetProperty("code", out JsonElement code)
        && code.ValueKind == JsonValueKind.String
        && JsonText.Of(code) == Code;

    private static bool HasValue(JsonElement data) => data.ValueKind switch
    {
        JsonValueKind.Null => false,
        JsonValueKind.Object => data.EnumerateObject().Any(member => HasValue(member.Value)),
        _ => true,
    };
}

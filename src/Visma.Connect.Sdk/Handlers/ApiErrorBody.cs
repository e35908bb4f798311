using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Visma.Connect.Sdk;

/// <summary>What the body of an answer says about an error, in the forms of Visma's APIs. Each member is null if the body does not say it.</summary>
/// <param name="Code">The API's code.</param>
/// <param name="Message">The API's text.</param>
/// <param name="CorrelationId">The identifier for Visma's support.</param>
internal sealed record ApiErrorBody(string? Code, string? Message, string? CorrelationId)
{
    private const int LongestPlainText = 500;

    public static readonly ApiErrorBody None = new(null, null, null);

    /// <summary>Whether it is a GraphQL answer, which has the status 200 also for an error (https://spec.graphql.org, section 7.1.2).</summary>
    public bool IsOfGraphQl { get; private init; }

    /// <summary>Reads a body, or the beginning of one. A body in no known form is <see cref="None"/>.</summary>
    public static ApiErrorBody Read(ReadOnlyMemory<byte> body)
    {
        int start = body.Span.IndexOfAnyExcept(" \t\r\n\uFEFF"u8);
        if (start < 0)
        {
            return None;
        }

        body = body.Slice(start);
        return body.Span[0] is (byte)'{' or (byte)'[' ? ReadJson(body) : ReadText(body);
    }

    private static ApiErrorBody ReadJson(ReadOnlyMemory<byte> body) =>
        JsonText.TryParse(body, out JsonElement json) && json.ValueKind == JsonValueKind.Object ? ReadObject(json) : None;

    // Visma.net ERP and VNI: ExceptionFaultCode, ExceptionMessage, ExceptionMessageID, or only a message. eAccounting: ErrorCode, DeveloperErrorMessage,
    // ErrorId. Dinero: errorcode, message. GraphQL: errors with a message and extensions.code.
    private static ApiErrorBody ReadObject(JsonElement body)
    {
        Dictionary<string, string> texts = new(StringComparer.OrdinalIgnoreCase);
        JsonElement? firstError = null;
        foreach (JsonProperty member in body.EnumerateObject())
        {
            if (member.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number && JsonText.Of(member.Value) is { Length: > 0 } text)
            {
                texts[member.Name] = text;
            }
            else if (member.NameEquals("errors") && member.Value.ValueKind == JsonValueKind.Array)
            {
                firstError = member.Value.EnumerateArray().FirstOrDefault(error => error.ValueKind == JsonValueKind.Object);
            }
        }

        string? First(params ReadOnlySpan<string> names)
        {
            foreach (string name in names)
            {
                if (texts.TryGetValue(name, out string? text))
                {
                    return ApiText.Of(text);
                }
            }

            return null;
        }

        string? code = First("ErrorCode");
        string? fault = code is null ? First("ExceptionFaultCode") : null;
        string? message = First("DeveloperErrorMessage", "ExceptionMessage", "message");
        ApiErrorBody found = new(code ?? fault, message, First("ErrorId", "ExceptionMessageID")) { IsFault = fault is not null };
        return firstError is { ValueKind: JsonValueKind.Object } error ? found.Or(ReadGraphQl(error)) : found;
    }

    private static ApiErrorBody ReadGraphQl(JsonElement error)
    {
        string? code = error.TryGetProperty("extensions", out JsonElement extensions) && extensions.ValueKind == JsonValueKind.Object
            ? JsonText.Of(extensions, "code")
            : null;
        string? message = JsonText.Of(error, "message");
        return new ApiErrorBody(code is null ? null : ApiText.Of(code), message is null ? null : ApiText.Of(message), null) { IsOfGraphQl = true };
    }

    // A proxy's HTML page says nothing about the API.
    private static ApiErrorBody ReadText(ReadOnlyMemory<byte> body)
    {
        if (body.Span[0] == (byte)'<' || body.Length > LongestPlainText)
        {
            return None;
        }

        byte[] bytes = body.ToArray();
        string text = Encoding.UTF8.GetString(bytes, 0, bytes.Length).Trim();
        return text.Any(letter => letter == '\uFFFD' || (char.IsControl(letter) && letter is not ('\r' or '\n' or '\t')))
            ? None
            : new ApiErrorBody(null, ApiText.Of(text), null);
    }

    /// <summary>Whether the code is a fault code of Visma.net ERP or VNI. Otherwise it is a code of another API, which has other numbers.</summary>
    public bool IsFault { get; private init; }

    /// <summary>The code as a number. Null if it is none.</summary>
    public int? Number => int.TryParse(Code, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    /// <summary>Whether the text contains a phrase, in letters of any case.</summary>
    public bool Mentions(string phrase) => Message?.Contains(phrase, StringComparison.OrdinalIgnoreCase) == true;

    private ApiErrorBody Or(ApiErrorBody other) =>
        new(Code ?? other.Code, Message ?? other.Message, CorrelationId ?? other.CorrelationId) { IsOfGraphQl = other.IsOfGraphQl, IsFault = IsFault };
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Visma.Connect.Sdk;

/// <summary>
/// Reads <c>scope</c>: words with spaces between them (RFC 6749 section 3.3), which some servers write as an array of words. Another value counts as
/// missing, because the token is valid all the same.
/// </summary>
internal sealed class ScopeConverter : JsonConverter<string?>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return reader.GetString();
            case JsonTokenType.StartArray:
                return ReadWords(ref reader);
            default:
                reader.Skip();
                return null;
        }
    }

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => throw new NotSupportedException();

    private static string ReadWords(ref Utf8JsonReader reader)
    {
        List<string> words = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                words.Add(reader.GetString()!);
            }
            else
            {
                reader.Skip();
            }
        }

        return string.Join(" ", words);
    }
}

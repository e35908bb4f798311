using System.Text.Json;
using System.Text.Json.Serialization;

namespace Visma.Connect.Sdk.TokenCache;

/// <summary>
/// Reads the JSON of a token as the value of an <c>Authorization</c> header, and writes it without the scheme. So a token of some thousand characters
/// is not copied only to put the scheme in front of it.
/// </summary>
internal sealed class HeaderJsonConverter : JsonConverter<string>
{
    private const int MostOnStack = 2048;

    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException();
        }

        int longest = AccessToken.Scheme.Length + (reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length);
        Span<char> header = longest <= MostOnStack ? stackalloc char[longest] : new char[longest];
        AccessToken.Scheme.AsSpan().CopyTo(header);
        int length = reader.CopyString(header[AccessToken.Scheme.Length..]);
        return header[..(AccessToken.Scheme.Length + length)].ToString();
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.AsSpan(AccessToken.Scheme.Length));
}

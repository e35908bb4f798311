using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Visma.Connect.Sdk;

/// <summary>
/// Reads <c>expires_in</c>: a number of seconds, which some servers write as a string. Another value counts as missing, because the token is valid
/// all the same. A value outside one day is limited to it.
/// </summary>
internal sealed class ExpiresInConverter : JsonConverter<TimeSpan?>
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public override TimeSpan? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number when reader.TryGetDouble(out double seconds):
                return Clamp(seconds);
            case JsonTokenType.String when double.TryParse(reader.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds):
                return Clamp(seconds);
            default:
                reader.Skip();
                return null;
        }
    }

    public override void Write(Utf8JsonWriter writer, TimeSpan? value, JsonSerializerOptions options) => throw new NotSupportedException();

    private static TimeSpan? Clamp(double seconds) =>
        double.IsNaN(seconds) ? null : TimeSpan.FromSeconds(Math.Min(Math.Max(seconds, 0), Longest.TotalSeconds));
}

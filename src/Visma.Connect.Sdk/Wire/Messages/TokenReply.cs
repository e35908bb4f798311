using System.Globalization;
using System.Text;
using System.Text.Json;
using Duende.IdentityModel;

namespace Visma.Connect.Sdk;

/// <summary>The members of a token endpoint's reply, a success or an error (RFC 6749 sections 5.1 and 5.2).</summary>
/// <remarks>
/// Read without a serializer, whose start would delay the first token of a process. A member that occurs twice is refused: a parser takes the first or
/// the last one, and an attacker may know which.
/// </remarks>
internal sealed class TokenReply
{
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(1);

    // In the order of Member.
    private static readonly string[] Names =
    [
        OidcConstants.TokenResponse.AccessToken,
        OidcConstants.TokenResponse.ExpiresIn,
        OidcConstants.TokenResponse.TokenType,
        OidcConstants.TokenResponse.Scope,
        OidcConstants.TokenResponse.RefreshToken,
        OidcConstants.TokenResponse.IdentityToken,
        OidcConstants.TokenResponse.Error,
        OidcConstants.TokenResponse.ErrorDescription,
        "token",
    ];

    private static readonly byte[][] EncodedNames = Array.ConvertAll(Names, Encoding.UTF8.GetBytes);

    private readonly string?[] _texts = new string?[Names.Length];

    private enum Member
    {
        Unknown = -1,
        AccessToken,
        ExpiresIn,
        TokenType,
        Scope,
        RefreshToken,
        IdToken,
        Error,
        ErrorDescription,
        LegacyToken,
    }

    public string? AccessToken => _texts[(int)Member.AccessToken];

    /// <summary>VNI's name for the access token.</summary>
    public string? Token => _texts[(int)Member.LegacyToken];

    public string? TokenType => _texts[(int)Member.TokenType];

    /// <summary>Between zero and one day. Null if the reply does not say it as a number of seconds.</summary>
    public TimeSpan? ExpiresIn { get; private set; }

    public string? RefreshToken => _texts[(int)Member.RefreshToken];

    public string? IdToken => _texts[(int)Member.IdToken];

    public string? Scope => _texts[(int)Member.Scope];

    public string? Error => _texts[(int)Member.Error];

    public string? ErrorDescription => _texts[(int)Member.ErrorDescription];

    /// <summary>Reads a JSON object.</summary>
    /// <param name="json">The text.</param>
    /// <param name="fault">What is wrong with it, without a part of it.</param>
    /// <returns>Null if something is wrong.</returns>
    public static TokenReply? Parse(ReadOnlySpan<byte> json, out string? fault)
    {
        Utf8JsonReader reader = new(json);
        TokenReply reply = new();
        Member member = Member.Unknown;
        try
        {
            reply.Read(ref reader, out member);
            fault = null;
            return reply;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // The reader's own message may quote the text.
            fault = member != Member.Unknown
                ? $"JSON whose member '{Names[(int)member]}' is cut short, duplicated or of the wrong type"
                : FormattableString.Invariant($"JSON that is cut short or malformed at byte {reader.BytesConsumed}");
            return null;
        }
    }

    // The member is the one that was read last, so that the caller can name it.
    private void Read(ref Utf8JsonReader reader, out Member member)
    {
        member = Member.Unknown;
        int found = 0;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            member = MemberAt(ref reader);
            if (member != Member.Unknown)
            {
                int bit = 1 << (int)member;
                if ((found & bit) != 0)
                {
                    throw new JsonException();
                }

                found |= bit;
            }

            reader.Read();
            ReadValue(ref reader, member);
            member = Member.Unknown;
        }

        // Throws if anything follows the object.
        reader.Read();
    }

    private static Member MemberAt(ref Utf8JsonReader reader)
    {
        for (int index = 0; index < EncodedNames.Length; index++)
        {
            if (reader.ValueTextEquals(EncodedNames[index]))
            {
                return (Member)index;
            }
        }

        return Member.Unknown;
    }

    private void ReadValue(ref Utf8JsonReader reader, Member member)
    {
        switch (member)
        {
            case Member.Unknown:
                reader.Skip();
                break;
            case Member.ExpiresIn:
                ExpiresIn = ReadSeconds(ref reader);
                break;
            case Member.Scope:
                _texts[(int)member] = ReadScope(ref reader);
                break;
            default:
                _texts[(int)member] = reader.GetString();
                break;
        }
    }

    // A number of seconds, which some servers write as a string. Another value counts as missing, because the token is valid all the same.
    private static TimeSpan? ReadSeconds(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number when reader.TryGetDouble(out double seconds):
                return Limited(seconds);
            case JsonTokenType.String when double.TryParse(reader.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds):
                return Limited(seconds);
            default:
                reader.Skip();
                return null;
        }
    }

    private static TimeSpan? Limited(double seconds) =>
        double.IsNaN(seconds) ? null : TimeSpan.FromSeconds(Math.Min(Math.Max(seconds, 0), LongestLife.TotalSeconds));

    // Words with spaces between them (RFC 6749 section 3.3), which some servers write as an array. Another value counts as missing here too.
    private static string? ReadScope(ref Utf8JsonReader reader)
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

using System.Text.Json;

namespace Visma.Connect.Sdk;

/// <summary>Finds the refresh token in a reply that is otherwise unusable: the server may no longer accept the old one.</summary>
internal static class RefreshTokenSalvage
{
    // The reader keeps one bit for each level, and the body has a limit.
    private static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    /// <summary>The complete <c>refresh_token</c> of a JSON object that may be cut short. Null if there is none, or if there are different ones.</summary>
    public static string? RefreshTokenOf(ReadOnlySpan<byte> body)
    {
        string? found = null;
        try
        {
            // Not the final block: incomplete JSON is read up to its end.
            Utf8JsonReader reader = new(body, isFinalBlock: false, new JsonReaderState(AnyDepth));
            bool isNext = false;
            while (reader.Read())
            {
                if (isNext && reader.TokenType == JsonTokenType.String)
                {
                    string? next = reader.GetString();
                    if (found is not null && found != next)
                    {
                        return null;
                    }

                    found = next;
                }

                isNext = reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("refresh_token"u8);
            }
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // The token before the malformed part counts.
        }

        return string.IsNullOrEmpty(found) ? null : found;
    }
}

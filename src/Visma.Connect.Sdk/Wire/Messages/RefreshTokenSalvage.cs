using System.Text.Json;

namespace Visma.Connect.Sdk;

/// <summary>Finds the refresh token in a reply that is no good otherwise: the server may have spent the old one for it.</summary>
internal static class RefreshTokenSalvage
{
    /// <summary>The one whole <c>refresh_token</c> of a JSON object, which may be cut short; null when there is none, or several.</summary>
    public static string? RefreshTokenOf(ReadOnlySpan<byte> body)
    {
        string? found = null;
        try
        {
            // Not the final block: what ends early is read as far as it goes.
            Utf8JsonReader reader = new(body, isFinalBlock: false, state: default);
            bool isNext = false;
            while (reader.Read())
            {
                if (isNext && reader.TokenType == JsonTokenType.String)
                {
                    if (found is not null)
                    {
                        return null;
                    }

                    found = reader.GetString();
                }

                isNext = reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("refresh_token"u8);
            }
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // As far as it went.
        }

        return string.IsNullOrEmpty(found) ? null : found;
    }
}

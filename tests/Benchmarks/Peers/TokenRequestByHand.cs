using System.Net.Http.Json;
using System.Text.Json.Serialization;

namespace Visma.Connect.Sdk.Benchmarks.Peers;

/// <summary>A token request written by hand: PostAsync, and a parser from generated code.</summary>
internal static class TokenRequestByHand
{
    private static readonly Uri Address = VismaAuthority.VismaConnect.TokenEndpoint;

    public static async Task<TokenBody?> SendAsync(HttpClient http)
    {
        using FormUrlEncodedContent form = new(
        [
            new("grant_type", "client_credentials"),
            new("scope", LibraryApp.Scope),
            new("client_id", LibraryApp.ClientId),
            new("client_secret", LibraryApp.Secret),
        ]);
        using HttpResponseMessage response = await http.PostAsync(Address, form);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync(TokenBodyJsonContext.Default.TokenBody);
    }
}

internal sealed record TokenBody(
    [property: JsonPropertyName("access_token")] string AccessToken,
    [property: JsonPropertyName("token_type")] string TokenType,
    [property: JsonPropertyName("expires_in")] int ExpiresIn,
    [property: JsonPropertyName("scope")] string Scope);

[JsonSerializable(typeof(TokenBody))]
internal sealed partial class TokenBodyJsonContext : JsonSerializerContext;

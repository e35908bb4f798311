using Duende.IdentityModel.Client;

namespace Visma.Connect.Sdk.Benchmarks.Peers;

/// <summary>Duende.IdentityModel: its extension method of HttpClient for token requests. It holds no tokens.</summary>
internal static class IdentityModel
{
    public static async Task<string?> RequestTokenAsync(HttpClient http)
    {
        using ClientCredentialsTokenRequest request = new()
        {
            RequestUri = VismaAuthority.VismaConnect.TokenEndpoint,
            ClientId = LibraryApp.ClientId,
            ClientSecret = LibraryApp.Secret,
            ClientCredentialStyle = ClientCredentialStyle.PostBody,
            Scope = LibraryApp.Scope,
        };
        return (await http.RequestClientCredentialsTokenAsync(request)).AccessToken;
    }
}

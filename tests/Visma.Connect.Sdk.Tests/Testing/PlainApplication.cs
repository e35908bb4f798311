using System.Buffers.Text;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Visma.Connect.Sdk.Tests.Testing;

/// <summary>An application with a user that uses a plain HttpClient instead of the library.</summary>
public sealed class PlainApplication : IAsyncDisposable
{
    public const string RedirectUri = "https://app.example/callback?from=visma";
    public const string Verifier = "a-verifier-of-at-least-forty-three-characters";

    private static readonly string[] Scopes = ["vismanet_erp_interactive_api:read", "ea:api", "dineropublicapi:read", "business-graphql-api:access-group-based"];

    private PlainApplication(FakeVisma visma, ManualTime time)
    {
        Visma = visma;
        Time = time;
        Server = visma.Connect;
        Client = visma.AddClient("isv_acme_web", Scopes).AllowRedirectTo(RedirectUri);
        Company = visma.AddCompany("Acme AS", customers: 2);
        User = visma.AddUser("Kari Nordmann", Company);
    }

    public FakeVisma Visma { get; }

    public ManualTime Time { get; }

    public FakeIdentityServer Server { get; set; }

    public FakeClient Client { get; }

    public FakeCompany Company { get; }

    public FakeUser User { get; }

    public HttpClient Http { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    public static CancellationToken Cancellation => TestApp.Cancellation;

    public static async Task<PlainApplication> StartAsync()
    {
        ManualTime time = new();
        return new PlainApplication(await FakeVisma.StartAsync(time, Cancellation), time);
    }

    /// <summary>The address to which the user is sent. A change replaces a parameter, or removes it when the value is null.</summary>
    public Uri AuthorizationUrl(params IEnumerable<(string Name, string? Value)> changes)
    {
        Dictionary<string, string?> parameters = new()
        {
            ["client_id"] = Client.ClientId,
            ["redirect_uri"] = RedirectUri,
            ["response_type"] = "code",
            ["scope"] = "openid email profile tenants offline_access vismanet_erp_interactive_api:read",
            ["state"] = "a state",
            ["nonce"] = "a nonce",
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
            ["code_challenge_method"] = "S256",
        };
        foreach ((string name, string? value) in changes)
        {
            parameters[name] = value;
        }

        return new Uri(QueryHelpers.AddQueryString(Server.Authority.AuthorizationEndpoint!.AbsoluteUri, parameters));
    }

    public async Task<string> SignInAsync(params IEnumerable<(string Name, string? Value)> changes) =>
        ParametersOf(await Visma.SignInAsync(AuthorizationUrl(changes), User, cancellationToken: Cancellation))["code"];

    public static Dictionary<string, string> ParametersOf(FakeCallback callback) =>
        QueryHelpers.ParseQuery(callback.Uri.Query).ToDictionary(parameter => parameter.Key, parameter => parameter.Value.ToString());

    /// <summary>Signs the user in and redeems the code for tokens.</summary>
    public async Task<JsonElement> ConnectAsync(params IEnumerable<(string Name, string? Value)> changes) =>
        await TokensAsync(await RedeemAsync(await SignInAsync(changes)));

    public Task<HttpResponseMessage> RedeemAsync(string code, params IEnumerable<(string Name, string? Value)> changes) => AskAsync(
        [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", RedirectUri), ("code_verifier", Verifier), .. changes]);

    public Task<HttpResponseMessage> RefreshAsync(string refreshToken, CancellationToken? cancellationToken = null) =>
        AskAsync([("grant_type", "refresh_token"), ("refresh_token", refreshToken)], cancellationToken);

    /// <summary>Exchanges a refresh token, and returns the new one; null when it is refused.</summary>
    public async Task<string?> SuccessorAsync(string refreshToken)
    {
        using HttpResponseMessage response = await RefreshAsync(refreshToken);
        return response.IsSuccessStatusCode ? (await TokensAsync(response)).GetProperty("refresh_token").GetString() : null;
    }

    public Task<HttpResponseMessage> AskAsync(IEnumerable<(string Name, string? Value)> fields, CancellationToken? cancellationToken = null) =>
        PostAsync(Server.Authority.TokenEndpoint, [("client_id", Client.ClientId), ("client_secret", Client.IsPublic ? null : Client.Secret), .. fields], cancellationToken);

    public Task<HttpResponseMessage> PostAsync(Uri endpoint, IEnumerable<(string Name, string? Value)> fields, CancellationToken? cancellationToken = null)
    {
        Dictionary<string, string> form = [];
        foreach ((string name, string? value) in fields)
        {
            form.Remove(name);
            if (value is not null)
            {
                form[name] = value;
            }
        }

        return Http.PostAsync(endpoint, new FormUrlEncodedContent(form), cancellationToken ?? Cancellation);
    }

    public Task<HttpResponseMessage> GetAsync(Uri address, string? token, params IEnumerable<(string Name, string Value)> headers)
    {
        HttpRequestMessage request = new(HttpMethod.Get, address);
        request.Headers.Authorization = token is null ? null : new("Bearer", token);
        foreach ((string name, string value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return Http.SendAsync(request, Cancellation);
    }

    public static async Task<JsonElement> TokensAsync(HttpResponseMessage response)
    {
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancellation));
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }

    public static async Task<string?> ErrorAsync(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("error").GetString();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Visma.DisposeAsync();
    }
}

using System.Net;
using System.Text;
using System.Text.Json;

namespace Visma.Connect.Sdk.Tests.Testing;

public class FakeRevocationTests : UserTests
{
    [Fact]
    public async Task Revoked_refresh_token_ends_its_grant()
    {
        JsonElement tokens = await App.ConnectAsync();
        string refreshToken = tokens.GetProperty("refresh_token").GetString()!;

        using HttpResponseMessage response = await RevokeAsync([("token", refreshToken), ("token_type_hint", "refresh_token")]);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Null(await App.SuccessorAsync(refreshToken));
    }

    [Fact]
    public async Task Access_token_cannot_be_revoked()
    {
        string token = (await App.ConnectAsync()).GetProperty("access_token").GetString()!;

        using HttpResponseMessage response = await RevokeAsync([("token", token)]);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using HttpResponseMessage api = await App.GetAsync(new Uri(Visma.NetErp.BaseAddress, "customer"), token);
        Assert.Equal(HttpStatusCode.OK, api.StatusCode);
    }

    [Fact]
    public async Task Unknown_token_is_fine_and_a_missing_one_is_not()
    {
        using HttpResponseMessage unknown = await RevokeAsync([("token", "nonsense")]);
        using HttpResponseMessage missing = await RevokeAsync([]);

        Assert.Equal(HttpStatusCode.OK, unknown.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, missing.StatusCode);
        Assert.Equal("invalid_request", await PlainApplication.ErrorAsync(missing));
    }

    [Fact]
    public async Task Wrong_secret_is_answered_401()
    {
        using HttpResponseMessage response = await RevokeAsync([("token", "nonsense")], "wrong");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("invalid_client", await PlainApplication.ErrorAsync(response));
    }

    [Fact]
    public async Task Public_client_revokes_with_an_empty_secret()
    {
        App.Client.IsPublic = true;
        string refreshToken = (await App.ConnectAsync()).GetProperty("refresh_token").GetString()!;

        using HttpResponseMessage response = await RevokeAsync([("token", refreshToken)], secret: "");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Null(await App.SuccessorAsync(refreshToken));
    }

    private async Task<HttpResponseMessage> RevokeAsync(IEnumerable<(string Name, string Value)> form, string? secret = null)
    {
        string credentials = $"{App.Client.ClientId}:{Uri.EscapeDataString(secret ?? App.Client.Secret)}";
        using HttpRequestMessage request = new(HttpMethod.Post, App.Server.Authority.RevocationEndpoint)
        {
            Content = new FormUrlEncodedContent(form.ToDictionary(field => field.Name, field => field.Value)),
        };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        return await App.Http.SendAsync(request, Cancellation);
    }
}

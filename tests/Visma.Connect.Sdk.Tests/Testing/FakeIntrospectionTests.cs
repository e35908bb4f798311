using System.Net;
using System.Text.Json;

namespace Visma.Connect.Sdk.Tests.Testing;

public class FakeIntrospectionTests : UserTests
{
    [Fact]
    public async Task Unspent_refresh_token_is_active_and_the_question_is_not_a_use()
    {
        string refreshToken = (await App.ConnectAsync()).GetProperty("refresh_token").GetString()!;

        Assert.True(await IsActiveAsync(refreshToken));
        Assert.True(await IsActiveAsync(refreshToken));

        Assert.NotNull(await App.SuccessorAsync(refreshToken));
    }

    [Fact]
    public async Task Spent_revoked_and_unknown_tokens_are_inactive()
    {
        JsonElement tokens = await App.ConnectAsync();
        string spent = tokens.GetProperty("refresh_token").GetString()!;
        string revoked = (await App.SuccessorAsync(spent))!;

        Assert.False(await IsActiveAsync(spent));
        Assert.True(await IsActiveAsync(revoked));
        using HttpResponseMessage revocation = await PostAsync("revocation", App.Client, [("token", revoked)]);
        Assert.False(await IsActiveAsync(revoked));
        Assert.False(await IsActiveAsync("nonsense"));
    }

    [Fact]
    public async Task Reusable_token_stays_active()
    {
        App.Client.RefreshTokens = FakeRefreshTokens.ReUse;
        string refreshToken = (await App.ConnectAsync()).GetProperty("refresh_token").GetString()!;
        await App.SuccessorAsync(refreshToken);

        Assert.True(await IsActiveAsync(refreshToken));
    }

    [Fact]
    public async Task Token_of_another_client_is_inactive()
    {
        string refreshToken = (await App.ConnectAsync()).GetProperty("refresh_token").GetString()!;

        Assert.False(await IsActiveAsync(refreshToken, Visma.AddClient("isv_other", "offline_access")));
    }

    [Fact]
    public async Task Client_authenticates_and_names_a_token()
    {
        using HttpResponseMessage wrongSecret = await PostAsync("introspect", App.Client, [("token", "nonsense")], "wrong");
        using HttpResponseMessage withoutToken = await PostAsync("introspect", App.Client, []);

        Assert.Equal(HttpStatusCode.Unauthorized, wrongSecret.StatusCode);
        Assert.Equal("invalid_client", await PlainApplication.ErrorAsync(wrongSecret));
        Assert.Equal(HttpStatusCode.BadRequest, withoutToken.StatusCode);
    }

    private async Task<bool> IsActiveAsync(string token, FakeClient? client = null)
    {
        using HttpResponseMessage response = await PostAsync("introspect", client ?? App.Client, [("token", token), ("token_type_hint", "refresh_token")]);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using JsonDocument answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation));
        return answer.RootElement.GetProperty("active").GetBoolean();
    }

    private async Task<HttpResponseMessage> PostAsync(string endpoint, FakeClient client, IEnumerable<(string Name, string Value)> form, string? secret = null)
    {
        Dictionary<string, string> fields = form.ToDictionary(field => field.Name, field => field.Value);
        fields["client_id"] = client.ClientId;
        fields["client_secret"] = secret ?? client.Secret;
        using FormUrlEncodedContent content = new(fields);
        return await App.Http.PostAsync(new Uri(App.Server.Authority.TokenEndpoint, endpoint), content, Cancellation);
    }
}

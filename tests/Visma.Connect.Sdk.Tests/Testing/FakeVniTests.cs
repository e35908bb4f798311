using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Visma.Connect.Sdk.Tests.Testing;

public class FakeVniTests : UserTests
{
    private Uri Customers => new(Visma.Address, "API/controller/api/v1/customer");

    private Uri Context => new(Visma.Address, "API/resources/v1/context");

    [Fact]
    public async Task Callback_has_code_and_state_and_no_company_is_asked_for()
    {
        FakeUser user = Visma.AddUser("Ola Nordmann", App.Company, Visma.AddCompany("Second AS"));

        FakeCallback callback = await Visma.SignInAsync(AuthorizationUrl(), user, cancellationToken: Cancellation);

        Assert.Equal(["code", "from", "state"], PlainApplication.ParametersOf(callback).Keys.Order());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Token_is_named_token_and_never_expires(bool inTheHeader)
    {
        using HttpResponseMessage response = await RedeemAsync(await SignInAsync(), inTheHeader);

        JsonElement reply = await PlainApplication.TokensAsync(response);
        Assert.Equal(["token", "token_type", "scope"], reply.EnumerateObject().Select(member => member.Name));
        App.Time.Advance(TimeSpan.FromDays(1000));
        using HttpResponseMessage context = await App.GetAsync(Context, reply.GetProperty("token").GetString());
        JsonElement company = Assert.Single((await context.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).EnumerateArray());
        Assert.Equal(App.Company.CompanyId, company.GetProperty("id").GetInt32());
        Assert.Equal("Acme AS", company.GetProperty("name").GetString());
    }

    [Fact]
    public async Task New_token_silently_ends_the_one_before()
    {
        string first = await TokenAsync();
        FakeUser other = Visma.AddUser("Ola Nordmann", App.Company);
        using HttpResponseMessage others = await RedeemAsync(await SignInAsync(other));
        string foreign = (await PlainApplication.TokensAsync(others)).GetProperty("token").GetString()!;

        string second = await TokenAsync();

        Assert.Equal(
            [HttpStatusCode.Unauthorized, HttpStatusCode.OK, HttpStatusCode.OK],
            [await StatusAsync(first), await StatusAsync(second), await StatusAsync(foreign)]);
    }

    [Fact]
    public async Task Deleted_token_is_gone()
    {
        string token = await TokenAsync();
        using HttpRequestMessage request = new(HttpMethod.Delete, Visma.Vni.Authority.RevocationEndpoint);
        request.Headers.Authorization = new("Bearer", token);

        using HttpResponseMessage response = await App.Http.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(token));
    }

    [Fact]
    public async Task Call_names_its_company_in_a_header()
    {
        string token = await TokenAsync();
        string id = App.Company.CompanyId.ToString(CultureInfo.InvariantCulture);

        using HttpResponseMessage good = await App.GetAsync(Customers, token, ("ipp-company-id", id), ("ipp-application-type", "Visma.net Financials"));
        using HttpResponseMessage foreign = await App.GetAsync(Customers, token, ("ipp-company-id", "1"), ("ipp-application-type", "Visma.net Financials"));
        using HttpResponseMessage bare = await App.GetAsync(Customers, token);

        Assert.Equal(2, (await good.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetArrayLength());
        Assert.Equal(HttpStatusCode.BadRequest, foreign.StatusCode);
        Assert.Contains("ipp-company-id", await foreign.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, bare.StatusCode);
    }

    [Fact]
    public async Task Code_is_the_only_grant()
    {
        using HttpResponseMessage response = await App.PostAsync(
            Visma.Vni.Authority.TokenEndpoint,
            [("client_id", App.Client.ClientId), ("client_secret", App.Client.Secret), ("grant_type", "password")]);

        Assert.Equal("unsupported_grant_type", await PlainApplication.ErrorAsync(response));
    }

    private Uri AuthorizationUrl() => new(QueryHelpers.AddQueryString(Visma.Vni.Authority.AuthorizationEndpoint!.AbsoluteUri, new Dictionary<string, string?>
    {
        ["client_id"] = App.Client.ClientId,
        ["redirect_uri"] = PlainApplication.RedirectUri,
        ["response_type"] = "code",
        ["scope"] = "financialstasks",
        ["state"] = "a state",
    }));

    private async Task<string> SignInAsync(FakeUser? user = null) =>
        PlainApplication.ParametersOf(await Visma.SignInAsync(AuthorizationUrl(), user ?? App.User, cancellationToken: Cancellation))["code"];

    private async Task<HttpResponseMessage> RedeemAsync(string code, bool inTheHeader = true)
    {
        Dictionary<string, string> form = new() { ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = PlainApplication.RedirectUri };
        using HttpRequestMessage request = new(HttpMethod.Post, Visma.Vni.Authority.TokenEndpoint);
        if (inTheHeader)
        {
            string credentials = $"{App.Client.ClientId}:{Uri.EscapeDataString(App.Client.Secret)}";
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        }
        else
        {
            form["client_id"] = App.Client.ClientId;
            form["client_secret"] = App.Client.Secret;
        }

        request.Content = new FormUrlEncodedContent(form);
        return await App.Http.SendAsync(request, Cancellation);
    }

    private async Task<string> TokenAsync()
    {
        using HttpResponseMessage response = await RedeemAsync(await SignInAsync());
        return (await PlainApplication.TokensAsync(response)).GetProperty("token").GetString()!;
    }

    private async Task<HttpStatusCode> StatusAsync(string token)
    {
        using HttpResponseMessage response = await App.GetAsync(Context, token);
        return response.StatusCode;
    }
}

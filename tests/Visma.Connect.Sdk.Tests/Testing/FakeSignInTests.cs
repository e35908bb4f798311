using System.Net;

namespace Visma.Connect.Sdk.Tests.Testing;

public class FakeSignInTests : UserTests
{
    [Fact]
    public async Task User_comes_back_with_a_code_in_the_query()
    {
        FakeCallback callback = await Visma.SignInAsync(App.AuthorizationUrl(), App.User, cancellationToken: Cancellation);

        Dictionary<string, string> parameters = PlainApplication.ParametersOf(callback);
        Assert.StartsWith(PlainApplication.RedirectUri + "&", callback.Uri.AbsoluteUri, StringComparison.Ordinal);
        Assert.False(callback.IsFormPost);
        Assert.Empty(callback.Form);
        Assert.Null(callback.FormBody);
        Assert.Equal(["code", "from", "iss", "state"], parameters.Keys.Order());
        Assert.Equal("a state", parameters["state"]);
        Assert.Equal(App.Server.Authority.Issuer, parameters["iss"]);
        Assert.Single(App.Server.AuthorizationEndpoint.Requests);
    }

    [Fact]
    public async Task User_comes_back_with_a_form_that_posts_itself()
    {
        FakeCallback callback = await Visma.SignInAsync(App.AuthorizationUrl(("response_mode", "form_post")), App.User, cancellationToken: Cancellation);

        Assert.True(callback.IsFormPost);
        Assert.Equal(PlainApplication.RedirectUri, callback.Uri.AbsoluteUri);
        Assert.Equal(["code", "iss", "state"], callback.Form.Keys.Order());
        Assert.Contains("state=a%20state", callback.FormBody, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("query", "GET")]
    [InlineData("form_post", "POST")]
    public async Task Callback_is_delivered_as_the_browser_would(string mode, string method)
    {
        // The application can be any address on loopback. This one belongs to FakeVisma, and answers 404.
        string application = new Uri(Visma.Address, "v1/nothing").AbsoluteUri;
        App.Client.AllowRedirectTo(application);
        FakeCallback callback = await Visma.SignInAsync(
            App.AuthorizationUrl(("response_mode", mode), ("redirect_uri", application)), App.User, cancellationToken: Cancellation);

        using HttpResponseMessage _ = await callback.SendAsync(App.Http, Cancellation);

        FakeRequest delivered = Assert.Single(Visma.NetErpEndpoint.Requests);
        Assert.Equal(method, delivered.Method);
        Assert.Equal("a state", (method == "GET" ? delivered.Query : delivered.Form)["state"]);
    }

    [Theory]
    [InlineData("query")]
    [InlineData("form_post")]
    public async Task Cancelled_sign_in_comes_back_with_access_denied(string mode)
    {
        FakeCallback callback = await Visma.CancelSignInAsync(App.AuthorizationUrl(("response_mode", mode)), Cancellation);

        IReadOnlyDictionary<string, string> parameters = callback.IsFormPost ? callback.Form : PlainApplication.ParametersOf(callback);
        Assert.Equal("access_denied", parameters["error"]);
        Assert.Equal("a state", parameters["state"]);
        Assert.False(parameters.ContainsKey("code"));
    }

    [Fact]
    public async Task Issuer_can_be_left_out()
    {
        App.Server.SendsIssuer = false;

        FakeCallback callback = await Visma.SignInAsync(App.AuthorizationUrl(), App.User, cancellationToken: Cancellation);

        Assert.False(PlainApplication.ParametersOf(callback).ContainsKey("iss"));
    }

    [Theory]
    [InlineData("https://app.example/other")]
    [InlineData("https://app.example/callback?from=visma&more=1")]
    [InlineData("https://APP.example/callback?from=visma")]
    [InlineData("http://127.0.0.1:8081/registered-with-8080")]
    [InlineData("http://localhost:8080/any-port")]
    [InlineData("http://127.0.0.1:8080/any-port/further")]
    [InlineData("http://127.0.0.1:8080@evil.example/any-port")]
    [InlineData(null)]
    public async Task Unlisted_redirect_is_an_error_page_and_no_redirect(string? redirectUri)
    {
        App.Client.AllowRedirectTo("http://127.0.0.1:8080/registered-with-8080", "http://127.0.0.1/any-port");

        using HttpResponseMessage response = await App.Http.GetAsync(App.AuthorizationUrl(("redirect_uri", redirectUri)), Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        Assert.Null(response.Headers.Location);
        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => Visma.SignInAsync(App.AuthorizationUrl(("redirect_uri", redirectUri)), App.User, cancellationToken: Cancellation));
        Assert.Contains("is not registered", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080/registered-with-8080")]
    [InlineData("http://127.0.0.1:51234/any-port")]
    public async Task Program_on_the_desktop_is_called_back_on_loopback(string redirectUri)
    {
        App.Client.AllowRedirectTo("http://127.0.0.1:8080/registered-with-8080", "http://127.0.0.1/any-port");

        FakeCallback callback = await Visma.SignInAsync(App.AuthorizationUrl(("redirect_uri", redirectUri)), App.User, cancellationToken: Cancellation);

        Assert.Equal(redirectUri, callback.Uri.GetLeftPart(UriPartial.Path));
    }

    [Theory]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("response_mode", "fragment", "invalid_request")]
    [InlineData("scope", "openid another:scope", "invalid_scope")]
    [InlineData("scope", null, "invalid_request")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("code_challenge_method", null, "invalid_request")]
    [InlineData("prompt", "none", "login_required")]
    public async Task Faulty_request_goes_back_to_the_application(string parameter, string? value, string error)
    {
        using HttpResponseMessage response = await App.Http.GetAsync(App.AuthorizationUrl((parameter, value)), Cancellation);

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.Contains($"error={error}&", response.Headers.Location!.Query, StringComparison.Ordinal);
        Assert.Contains("state=a%20state&iss=", response.Headers.Location.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_may_come_as_a_form()
    {
        Uri address = App.AuthorizationUrl();

        using HttpResponseMessage response = await App.Http.PostAsync(
            new Uri(address.GetLeftPart(UriPartial.Path)),
            new StringContent(address.Query[1..], new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-www-form-urlencoded")),
            Cancellation);

        Assert.Contains("Kari Nordmann", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_encode_what_they_show_and_are_not_kept()
    {
        Visma.AddUser("<script>alert(1)</script>");

        using HttpResponseMessage response = await App.Http.GetAsync(App.AuthorizationUrl(), Cancellation);

        string page = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)", page, StringComparison.Ordinal);
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
    }

    [Fact]
    public async Task State_comes_back_as_it_was_and_cannot_break_out_of_the_page()
    {
        const string State = "\"><script>alert(1)</script>&amp; ' +%";

        FakeCallback callback = await Visma.SignInAsync(
            App.AuthorizationUrl(("response_mode", "form_post"), ("state", State)), App.User, cancellationToken: Cancellation);

        Assert.Equal(State, callback.Form["state"]);
    }

    [Fact]
    public async Task User_with_several_companies_chooses_one()
    {
        FakeCompany second = Visma.AddCompany("Second AS");
        FakeUser user = Visma.AddUser("Ola Nordmann", App.Company, second);

        FakeCallback callback = await Visma.SignInAsync(App.AuthorizationUrl(), user, second, Cancellation);

        using HttpResponseMessage response = await App.RedeemAsync(PlainApplication.ParametersOf(callback)["code"]);
        string token = (await PlainApplication.TokensAsync(response)).GetProperty("access_token").GetString()!;
        Assert.Equal(second.TenantId, Jwt.Payload(token).GetProperty("tenant_id").GetString());
    }

    [Fact]
    public async Task User_with_one_company_is_asked_only_when_the_application_asks()
    {
        using HttpResponseMessage silent = await ChooseUserAsync(App.AuthorizationUrl());
        using HttpResponseMessage asking = await ChooseUserAsync(App.AuthorizationUrl(("prompt", "login select_account")));

        Assert.Equal(HttpStatusCode.Found, silent.StatusCode);
        Assert.Contains("Acme AS", await asking.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Company_that_is_not_the_users_cannot_be_chosen()
    {
        FakeCompany foreign = Visma.AddCompany("Foreign AS");

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => Visma.SignInAsync(App.AuthorizationUrl(("prompt", "select_account")), App.User, foreign, Cancellation));
    }

    [Fact]
    public async Task Page_that_is_sent_twice_makes_one_consent()
    {
        string id = await FirstPageIdAsync(App.AuthorizationUrl());
        using HttpResponseMessage first = await PostPageAsync(id);

        using HttpResponseMessage second = await PostPageAsync(id);

        Assert.Equal(HttpStatusCode.Found, first.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, second.StatusCode);
    }

    private async Task<HttpResponseMessage> ChooseUserAsync(Uri address) => await PostPageAsync(await FirstPageIdAsync(address));

    private async Task<string> FirstPageIdAsync(Uri address)
    {
        string page = await App.Http.GetStringAsync(address, Cancellation);
        const string Before = "name=\"id\" value=\"";
        int start = page.IndexOf(Before, StringComparison.Ordinal) + Before.Length;
        return page[start..page.IndexOf('"', start)];
    }

    private Task<HttpResponseMessage> PostPageAsync(string id) =>
        App.PostAsync(new Uri(Visma.Address, "account/login"), [("id", id), ("user", App.User.Subject), ("action", "continue")]);
}

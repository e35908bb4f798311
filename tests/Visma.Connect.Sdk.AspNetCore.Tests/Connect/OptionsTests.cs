using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk.AspNetCore.Tests.Connect;

public class OptionsTests
{
    private const string Start = "/visma/connect/dinero/customer-42";

    [Fact]
    public async Task Without_a_decision_every_attempt_is_refused_and_the_log_names_the_option()
    {
        await using ConnectApp app = await ConnectApp.StartAsync(options => options.AuthorizeConnection = null);
        using TestBrowser browser = await app.OpenBrowserAsync();

        using HttpResponseMessage response = await browser.GetAsync(Start);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("not set up correctly", await response.Content.ReadAsStringAsync(ConnectApp.Cancellation), StringComparison.Ordinal);
        Assert.Contains(app.Log.Lines, line => line.Contains(" 49 ", StringComparison.Ordinal) && line.Contains("every attempt to connect will be refused", StringComparison.Ordinal));
        Assert.Contains(app.Log.Lines, line => line.Contains(" 50 ", StringComparison.Ordinal) && line.Contains("set options.AuthorizeConnection", StringComparison.Ordinal));
    }

    // The user chooses the spelling in the address. A decision that compares names must not depend on it.
    [Fact]
    public async Task Decision_sees_the_client_as_the_settings_spell_it()
    {
        await using ConnectApp app = await ConnectApp.StartAsync(
            options => options.AuthorizeConnection = attempt => ValueTask.FromResult(attempt.Client != ConnectApp.Dinero));
        using TestBrowser browser = await app.OpenBrowserAsync();

        using HttpResponseMessage response = await browser.GetAsync("/visma/connect/DINERO/customer-42");

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Log_names_the_clients_if_an_address_names_another()
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync();

        using HttpResponseMessage response = await browser.GetAsync("/visma/connect/diner/customer-42");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains(app.Log.Lines, line => line.Contains(" 59 ", StringComparison.Ordinal) && line.Contains("'dinero', 'eaccounting'", StringComparison.Ordinal));
    }

    // The cookie of the attempt is stored for localhost, and Visma sends the browser to 127.0.0.1.
    [Fact]
    public async Task Attempt_at_another_host_than_that_of_the_redirect_uri_is_a_warning()
    {
        await using ConnectApp app = await ConnectApp.StartAsync(services: services => services
            .PostConfigure<VismaConnectOptions>(visma => visma.Clients[ConnectApp.Dinero].RedirectUri = "http://127.0.0.1:1234/visma/callback"));
        using TestBrowser browser = await app.OpenBrowserAsync();
        using HttpResponseMessage usual = await browser.GetAsync(Start);
        Assert.DoesNotContain(app.Log.Lines, line => line.Contains(" 58 ", StringComparison.Ordinal));

        using HttpResponseMessage other = await browser.GetAsync(new UriBuilder(new Uri(app.Address, Start)) { Host = "localhost" }.Uri);

        Assert.Contains(app.Log.Lines, line => line.Contains(" 58 ", StringComparison.Ordinal) && line.Contains("localhost and 127.0.0.1 are two addresses", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Anonymous_user_is_asked_to_sign_in()
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync(user: null);

        using HttpResponseMessage response = await browser.GetAsync(Start);

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal("/sign-in?ReturnUrl=%2Fvisma%2Fconnect%2Fdinero%2Fcustomer-42", response.Headers.Location!.PathAndQuery);
    }

    [Theory]
    [InlineData("customer-42", HttpStatusCode.SeeOther)]
    [InlineData("customer-43", HttpStatusCode.Forbidden)]
    public async Task Policy_decides_with_the_attempt_as_its_resource(string connection, HttpStatusCode status)
    {
        await using ConnectApp app = await ConnectApp.StartAsync(
            options =>
            {
                options.AuthorizeConnection = null;
                options.AuthorizationPolicy = "connect";
            },
            services => services.AddAuthorizationBuilder().AddPolicy("connect", policy => policy.RequireAssertion(context =>
                context.User.HasClaim("customer", ((ConnectionAttempt)context.Resource!).Connection))));
        using TestBrowser browser = await app.OpenBrowserAsync();

        using HttpResponseMessage response = await browser.GetAsync($"/visma/connect/dinero/{connection}");

        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task Fallback_policy_of_the_application_does_not_block_a_posted_callback()
    {
        await using ConnectApp app = await ConnectApp.StartAsync(services: services => services
            .AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build()));
        using TestBrowser browser = new(app.Address);
        browser.Cookies["x"] = ("y", false);

        using HttpResponseMessage callback = await browser.PostFromOtherSiteAsync(new Uri(app.Address, "visma/callback"), "state=x");

        Assert.Equal(HttpStatusCode.BadRequest, callback.StatusCode);
    }

    [Fact]
    public async Task Paths_of_the_application_get_the_names()
    {
        await using ConnectApp app = await ConnectApp.StartAsync(options =>
        {
            options.SuccessPath = "/connected?tab=visma";
            options.CancelPath = "/cancelled";
            options.FailurePath = "/failed";
        });
        using TestBrowser browser = await app.OpenBrowserAsync();

        using HttpResponseMessage success = await app.ConnectAsync(browser);
        using HttpResponseMessage cancel = await browser.ReturnAsync(await app.Visma.CancelSignInAsync(await ConnectApp.BeginAsync(browser), ConnectApp.Cancellation));
        using HttpResponseMessage failure = await browser.GetAsync("/visma/callback?state=x");
        using HttpResponseMessage refused = await browser.GetAsync("/visma/connect/dinero/other");

        Assert.Equal("/connected?tab=visma&client=dinero&connection=customer-42", success.Headers.Location!.OriginalString);
        Assert.Equal("/cancelled?client=dinero&connection=customer-42", cancel.Headers.Location!.OriginalString);
        Assert.Equal("/failed?status=400", failure.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact]
    public async Task Application_answers_in_its_own_way_or_leaves_it_to_the_page()
    {
        await using ConnectApp app = await ConnectApp.StartAsync(options => options.Respond = outcome => ValueTask.FromResult<IResult?>(
            outcome.Kind == ConnectionOutcomeKind.Connected ? Results.Text($"{outcome.Client} {outcome.Connected!.Name} {outcome.ReturnUrl}") : null));
        using TestBrowser browser = await app.OpenBrowserAsync();

        using HttpResponseMessage own = await app.ConnectAsync(browser, $"{Start}?returnUrl=/a");
        using HttpResponseMessage page = await browser.GetAsync("/visma/callback?state=x");

        Assert.Equal("dinero customer-42 /a", await HostileTests.TextOf(own));
        Assert.Equal("no-store", own.Headers.CacheControl!.ToString());
        Assert.Contains("This did not work", await HostileTests.TextOf(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Company_has_the_name_that_the_application_gives_it()
    {
        await using ConnectApp app = await ConnectApp.StartAsync(options => options.DescribeConnection = (_, _) => ValueTask.FromResult<string?>("Acme & Sønner"));
        using TestBrowser browser = await app.OpenBrowserAsync();

        using HttpResponseMessage page = await app.ConnectAsync(browser);

        Assert.Contains("Acme &amp; S&#xF8;nner", await HostileTests.TextOf(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_that_limits_requests_gives_503_and_the_same_address_completes_later()
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync();
        app.Visma.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.TooManyRequests));
        FakeCallback callback = await app.Visma.SignInAsync(await ConnectApp.BeginAsync(browser), app.User, app.First, ConnectApp.Cancellation);
        using HttpResponseMessage received = await browser.SendAsync(callback);

        using HttpResponseMessage busy = await browser.GetAsync(received.Headers.Location!);
        app.Time.Advance(TimeSpan.FromSeconds(2));
        using HttpResponseMessage later = await browser.GetAsync(received.Headers.Location!);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, busy.StatusCode);
        Assert.Contains(WebUtility.HtmlEncode(received.Headers.Location!.OriginalString), await HostileTests.TextOf(busy), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
    }

    [Fact]
    public async Task Missing_services_and_a_second_mapping_are_named()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddVismaConnect(_ => { });
        await using WebApplication without = builder.Build();
        WebApplicationBuilder complete = WebApplication.CreateSlimBuilder();
        complete.Logging.ClearProviders();
        complete.Services.AddVismaConnect(_ => { }).ProtectTokensWithDataProtection();
        await using WebApplication with = complete.Build();
        with.MapVismaConnect();

        Assert.Contains("AddConnectEndpoints()", Assert.Throws<InvalidOperationException>(() => without.MapVismaConnect()).Message, StringComparison.Ordinal);
        Assert.Contains("called before", Assert.Throws<InvalidOperationException>(() => with.MapVismaConnect()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://acme.example/")]
    [InlineData("//acme.example")]
    [InlineData("signed-in")]
    [InlineData("/a#b")]
    public async Task Paths_of_the_options_must_be_local(string path)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddVismaConnect(_ => { }).AddConnectEndpoints();
        await using WebApplication app = builder.Build();

        Assert.Contains("SuccessPath", Assert.Throws<ArgumentException>(() => app.MapVismaConnect(options => options.SuccessPath = path)).Message, StringComparison.Ordinal);
    }
}

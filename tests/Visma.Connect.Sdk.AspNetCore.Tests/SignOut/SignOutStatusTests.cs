using System.Net;
using Microsoft.AspNetCore.Builder;
using Visma.Connect.Sdk.AspNetCore.Tests.Infrastructure;

namespace Visma.Connect.Sdk.AspNetCore.Tests.SignOut;

/// <summary>The exact answer to each kind of request at the endpoints for signing in and out.</summary>
public class SignOutStatusTests
{
    private const string Form = "application/x-www-form-urlencoded";

    [Theory]
    [InlineData("GET", null, Form, 405)]
    [InlineData("PUT", "logout_token=x", Form, 405)]
    [InlineData("POST", "", Form, 400)]
    [InlineData("POST", "other=x", Form, 400)]
    [InlineData("POST", "logout_token=", Form, 400)]
    [InlineData("POST", "logout_token=+", Form, 400)]
    [InlineData("POST", "logout_token=x&logout_token=y", Form, 400)]
    [InlineData("POST", """{"logout_token":"x"}""", "application/json", 400)]
    [InlineData("POST", "logout_token=x", "", 400)]
    [InlineData("POST", "too long", Form, 413)]
    public async Task Back_channel_refuses_what_is_no_logout(string method, string? body, string type, int status)
    {
        await using SignOutApp app = await SignOutApp.StartAsync(pipeline: web => web.UseStatusCodePages());

        using HttpResponseMessage response = await app.SendAsync(
            HttpMethod.Parse(method), "/visma/signout/back-channel", body: body == "too long" ? "logout_token=" + new string('x', 20_000) : body, type: type);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("iss={iss}&sid=s-1", 200, true)]
    [InlineData("iss={iss}&sid=s-2", 200, false)]
    [InlineData("iss={iss}&sid=s-1&sid=s-1", 400, false)]
    [InlineData("iss={iss}&iss={iss}&sid=s-1", 400, false)]
    [InlineData("iss={iss}/&sid=s-1", 400, false)]
    [InlineData("iss=https://evil.example&sid=s-1", 400, false)]
    [InlineData("iss={iss}", 400, false)]
    [InlineData("sid=s-1", 400, false)]
    [InlineData("", 400, false)]
    public async Task Front_channel_ends_the_session_of_the_browser_if_issuer_and_session_are_its_own(string query, int status, bool isEnded)
    {
        await using SignOutApp app = await SignOutApp.StartAsync();
        string cookie = await app.SignInAsync("s-1");

        using HttpResponseMessage response = await app.SendAsync(
            HttpMethod.Get, "/visma/signout/front-channel?" + query.Replace("{iss}", app.Visma.Connect.Authority.Issuer, StringComparison.Ordinal), cookie);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        Assert.Equal(!isEnded, await app.IsSignedInAsync(cookie));
        if (status == 200)
        {
            Assert.Contains($"frame-ancestors {app.Visma.Connect.Authority.Issuer}", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Front_channel_without_a_cookie_ends_nothing()
    {
        await using SignOutApp app = await SignOutApp.StartAsync();
        string cookie = await app.SignInAsync("s-1");

        using HttpResponseMessage response = await app.SendAsync(
            HttpMethod.Get, $"/visma/signout/front-channel?iss={app.Visma.Connect.Authority.Issuer}&sid=s-1");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(await app.IsSignedInAsync(cookie));
    }

    public static TheoryData<string, int, string?> Logins => new()
    {
        { "", 302, "/" },
        { "iss={iss}", 302, "/" },
        { "iss={iss}&login_hint=kari@acme.example&unknown=1", 302, "/" },
        { "iss={iss}&target_link_uri=/orders/7?page=2", 302, "/orders/7?page=2" },
        { "iss={iss}&target_link_uri={own}/orders/7", 302, "/orders/7" },
        { "iss=https://evil.example", 400, null },
        { "iss={iss}&iss=https://evil.example", 400, null },
        { "target_link_uri=https://evil.example/", 400, null },
        { "target_link_uri=//evil.example/", 400, null },
        { "target_link_uri=/\\evil.example/", 400, null },
        { "target_link_uri={own}@evil.example/", 400, null },
        { "target_link_uri={own}.evil.example/", 400, null },
        { "target_link_uri={own}//evil.example", 400, null },
        { "target_link_uri=javascript:alert(1)", 400, null },
        { "target_link_uri=/%0d%0aSet-Cookie: a=b", 400, null },
        { "target_link_uri=/%09/evil.example", 400, null },
        { "target_link_uri=/a&target_link_uri=/b", 400, null },
        { "target_link_uri=", 400, null },
    };

    [Theory]
    [MemberData(nameof(Logins))]
    public async Task Sign_in_that_begins_at_Visma_leads_to_a_page_of_the_application_or_is_refused(string query, int status, string? page)
    {
        await using SignOutApp app = await SignOutApp.StartAsync();
        string parameters = query
            .Replace("{iss}", app.Visma.Connect.Authority.Issuer, StringComparison.Ordinal)
            .Replace("{own}", app.At("/").GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)
            .Replace("7?page", "7%3Fpage", StringComparison.Ordinal);

        using HttpResponseMessage byGet = await app.SendAsync(HttpMethod.Get, "/visma/login?" + parameters);
        using HttpResponseMessage byPost = await app.SendAsync(HttpMethod.Post, "/visma/login", body: parameters);

        Assert.All([byGet, byPost], response =>
        {
            Assert.Equal(status, (int)response.StatusCode);
            Assert.False(response.Headers.Contains("Set-Cookie"));
            Assert.Equal(page is null ? null : $"?ReturnUrl={Uri.EscapeDataString(page)}", response.Headers.Location?.Query);
        });
    }

    [Fact]
    public async Task User_signs_out_here_in_every_process_and_at_Visma()
    {
        await using SignOutApp app = await SignOutApp.StartAsync(processes: 2, options => options.PostLogoutRedirectUri = SignOutApp.PostLogout);
        string cookie = await app.SignInAsync("s-1", idToken: "a.b.c");
        string onTheTelephone = await app.SignInAsync("s-2");

        using HttpResponseMessage response = await app.SendAsync(HttpMethod.Post, "/visma/signout", cookie);

        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        Assert.Equal("/connect/endsession", response.Headers.Location?.AbsolutePath);
        Assert.Equal($"?id_token_hint=a.b.c&post_logout_redirect_uri={Uri.EscapeDataString(SignOutApp.PostLogout)}", response.Headers.Location?.Query);
        Assert.Contains("expires=Thu, 01 Jan 1970", response.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
        Assert.Equal((false, false), (await app.IsSignedInAsync(cookie, node: 0), await app.IsSignedInAsync(cookie, node: 1)));
        Assert.True(await app.IsSignedInAsync(onTheTelephone));
    }

    // With a cookie that is SameSite=None, which the front channel needs, the browser sends it with a form of any site.
    [Theory]
    [InlineData("cross-site", 403, true)]
    [InlineData("same-site", 303, false)]
    [InlineData("same-origin", 303, false)]
    public async Task Another_site_cannot_sign_the_user_out(string site, int status, bool isSignedIn)
    {
        await using SignOutApp app = await SignOutApp.StartAsync();
        string cookie = await app.SignInAsync("s-1");
        using HttpRequestMessage request = new(HttpMethod.Post, app.At("/visma/signout"));
        request.Headers.Add("Cookie", cookie);
        request.Headers.Add("Sec-Fetch-Site", site);

        using HttpResponseMessage response = await app.Http.SendAsync(request, SignOutApp.Cancellation);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(isSignedIn, await app.IsSignedInAsync(cookie));
    }

    [Theory]
    [InlineData("GET", 405, null)]
    [InlineData("POST", 303, "/")]
    public async Task Browser_that_is_not_signed_in_goes_to_the_start_page(string method, int status, string? location)
    {
        await using SignOutApp app = await SignOutApp.StartAsync();

        using HttpResponseMessage response = await app.SendAsync(HttpMethod.Parse(method), "/visma/signout");

        Assert.Equal((status, location), ((int)response.StatusCode, response.Headers.Location?.OriginalString));
    }
}

using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Visma.Connect.Sdk.AspNetCore.Tests.Infrastructure;

namespace Visma.Connect.Sdk.AspNetCore.Tests.SignOut;

/// <summary>Signing in with ASP.NET Core's own handler, as docs/sign-out.md shows it, and calling an API with its tokens.</summary>
public sealed class OpenIdConnectTests : IDisposable
{
    private readonly Dictionary<string, string> _cookies = new(StringComparer.Ordinal);
    private readonly HttpClient _browser = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task User_signs_in_calls_an_api_and_is_signed_out_by_Visma()
    {
        // The handler of ASP.NET Core compares id tokens with the clock of the machine.
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: Cancellation);
        FakeClient client = visma.AddClient("isv_acme_web", "openid", "profile", "business-graphql-api:access-group-based").AllowRedirectTo("http://127.0.0.1/signin-oidc");
        FakeUser user = visma.AddUser("Kari Nordmann", visma.AddCompany("Acme AS"));
        await using WebApplication app = await OpenIdConnectApp.StartAsync(visma, client);
        Uri address = new(app.Urls.Single());

        using HttpResponseMessage asked = await SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(address, "/companies")));
        FakeCallback callback = await visma.SignInAsync(asked.Headers.Location!, user, cancellationToken: Cancellation);
        using HttpResponseMessage returned = await SendAsync(new HttpRequestMessage(HttpMethod.Post, callback.Uri)
        {
            Content = new StringContent(callback.FormBody!, Encoding.UTF8, "application/x-www-form-urlencoded"),
        });
        using HttpResponseMessage companies = await SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(address, "/companies")));
        string session = await TextAsync(new Uri(address, "/session"));
        using HttpResponseMessage loggedOut = await FakeIdentityServer.SendBackChannelLogoutAsync(
            _browser, new Uri(address, "/visma/signout/back-channel"), visma.Connect.CreateLogoutToken(client, user, session), Cancellation);
        using HttpResponseMessage askedAgain = await SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(address, "/companies")));

        Assert.True(callback.IsFormPost);
        Assert.Equal(HttpStatusCode.Redirect, returned.StatusCode);
        Assert.Contains("Acme AS", await companies.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, loggedOut.StatusCode);
        Assert.Equal((HttpStatusCode.Redirect, "/connect/authorize"), (askedAgain.StatusCode, askedAgain.Headers.Location?.AbsolutePath));
    }

    // The hint is what the page of docs/sign-out.md passes on.
    [Fact]
    public async Task Sign_in_that_begins_at_Visma_has_its_hint()
    {
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: Cancellation);
        FakeClient client = visma.AddClient("isv_acme_web", "openid", "profile", "business-graphql-api:access-group-based");
        await using WebApplication app = await OpenIdConnectApp.StartAsync(visma, client);

        using HttpResponseMessage response = await SendAsync(new HttpRequestMessage(
            HttpMethod.Get, new Uri(new Uri(app.Urls.Single()), $"/visma/login?iss={visma.Connect.Authority.Issuer}&login_hint=kari@acme.example")));

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Contains("login_hint=kari%40acme.example", response.Headers.Location?.Query, StringComparison.Ordinal);
    }

    public void Dispose() => _browser.Dispose();

    private async Task<string> TextAsync(Uri address)
    {
        using HttpResponseMessage response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, address));
        return await response.Content.ReadAsStringAsync(Cancellation);
    }

    // Chromium accepts Secure cookies over plain http on loopback; the handler of .NET does not.
    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
            HttpResponseMessage response = await _browser.SendAsync(request, Cancellation);
            foreach (string cookie in response.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? set) ? set : [])
            {
                string[] pair = cookie.Split(';')[0].Split('=', 2);
                _cookies[pair[0]] = pair[1];
            }

            return response;
        }
    }
}

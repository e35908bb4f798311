using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Visma.Connect.Sdk.AspNetCore.Tests.Infrastructure;

namespace Visma.Connect.Sdk.AspNetCore.Tests.SignOut;

/// <summary>Visma ends a session, and posts a logout token.</summary>
public class BackChannelTests
{
    private const string Event = "http://schemas.openid.net/event/backchannel-logout";

    [Fact]
    public async Task Session_ends_in_every_process_and_another_session_of_the_user_lives_on()
    {
        await using SignOutApp app = await SignOutApp.StartAsync(processes: 2);
        string ended = await app.SignInAsync("s-1");
        string other = await app.SignInAsync("s-2");

        Assert.Equal(200, await app.LogOutAsync(app.Visma.Connect.CreateLogoutToken(app.Client, app.User, "s-1")));

        Assert.Equal((false, false), (await app.IsSignedInAsync(ended, node: 0), await app.IsSignedInAsync(ended, node: 1)));
        Assert.Equal((true, true), (await app.IsSignedInAsync(other, node: 0), await app.IsSignedInAsync(other, node: 1)));
    }

    [Fact]
    public async Task Token_without_a_session_ends_all_sessions_of_the_user_and_none_that_begins_later()
    {
        await using SignOutApp app = await SignOutApp.StartAsync();
        FakeUser other = app.Visma.AddUser("Ola Nordmann");
        string[] ended = [await app.SignInAsync("s-1"), await app.SignInAsync("s-2")];
        string ofOther = await app.SignInAsync("s-3", other);
        app.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(200, await app.LogOutAsync(app.Visma.Connect.CreateLogoutToken(app.Client, app.User)));

        app.Time.Advance(TimeSpan.FromSeconds(1));
        string later = await app.SignInAsync("s-4");
        Assert.Equal((false, false), (await app.IsSignedInAsync(ended[0]), await app.IsSignedInAsync(ended[1])));
        Assert.Equal((true, true), (await app.IsSignedInAsync(ofOther), await app.IsSignedInAsync(later)));
        app.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, await app.LogOutAsync(app.Visma.Connect.CreateLogoutToken(app.Client, app.User)));
        app.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.False(await app.IsSignedInAsync(later));
    }

    [Fact]
    public async Task Token_with_a_session_alone_ends_it()
    {
        await using SignOutApp app = await SignOutApp.StartAsync();
        string ended = await app.SignInAsync("s-1");

        Assert.Equal(200, await app.LogOutAsync(app.Visma.Connect.CreateLogoutToken(app.Client, user: null, "s-1")));

        Assert.False(await app.IsSignedInAsync(ended));
    }

    // Each request of a signed-in user asks, so a process asks the token cache at most once in ten seconds.
    [Fact]
    public async Task Another_process_refuses_the_session_at_most_ten_seconds_later()
    {
        await using SignOutApp app = await SignOutApp.StartAsync(processes: 2);
        string cookie = await app.SignInAsync("s-1");
        Assert.True(await app.IsSignedInAsync(cookie, node: 1));
        int reads = app.Cache.Reads;
        Assert.True(await app.IsSignedInAsync(cookie, node: 1));
        Assert.Equal(reads, app.Cache.Reads);

        await app.LogOutAsync(app.Visma.Connect.CreateLogoutToken(app.Client, app.User, "s-1"));

        Assert.True(await app.IsSignedInAsync(cookie, node: 1));
        app.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.False(await app.IsSignedInAsync(cookie, node: 1));
    }

    [Theory]
    [InlineData("logout+jwt")]
    [InlineData("JWT")]
    [InlineData(null)]
    public async Task Logout_token_signs_nobody_in(string? type)
    {
        await using SignOutApp app = await SignOutApp.StartAsync();
        string token = app.Visma.Connect.CreateLogoutToken(app.Client, app.User, "s-1", header =>
        {
            header.Remove("typ");
            if (type is not null)
            {
                header["typ"] = type;
            }
        });
        VismaConnectClient visma = app.ServicesOf().GetRequiredKeyedService<VismaConnectClient>("web");

        VismaConnectException refused = await Assert.ThrowsAsync<VismaConnectException>(
            () => visma.ValidateIdTokenAsync(token, nonce: null, SignOutApp.Cancellation));

        Assert.Contains("it is a logout token", refused.Message, StringComparison.Ordinal);
        Assert.Equal("s-1", (await visma.ValidateLogoutTokenAsync(token, SignOutApp.Cancellation)).SessionId);
    }

    [Fact]
    public async Task Logout_token_is_accepted_once_in_all_processes()
    {
        await using SignOutApp app = await SignOutApp.StartAsync(processes: 2);
        string token = app.Visma.Connect.CreateLogoutToken(app.Client, app.User, "s-1");

        Assert.Equal(
            (200, 400, 400),
            (await app.LogOutAsync(token, node: 0), await app.LogOutAsync(token, node: 0), await app.LogOutAsync(token, node: 1)));
    }

    [Fact]
    public async Task Token_cache_that_is_down_signs_nobody_out_and_the_logout_is_tried_again()
    {
        await using SignOutApp app = await SignOutApp.StartAsync();
        string cookie = await app.SignInAsync("s-1");
        string token = app.Visma.Connect.CreateLogoutToken(app.Client, app.User, "s-1");
        app.Cache.IsDown = true;

        Assert.Equal(503, await app.LogOutAsync(token));
        Assert.True(await app.IsSignedInAsync(cookie));
        app.Cache.IsDown = false;
        Assert.Equal(200, await app.LogOutAsync(token));

        Assert.False(await app.IsSignedInAsync(cookie));
        Assert.Contains(app.Log.Lines, line => line.StartsWith("Warning Visma.Connect.Sdk 72 ", StringComparison.Ordinal));
    }

    // A token cache that does not answer would otherwise hold up each request of each user until the time limit.
    [Fact]
    public async Task Token_cache_that_is_down_is_not_asked_at_each_request()
    {
        await using SignOutApp app = await SignOutApp.StartAsync();
        string cookie = await app.SignInAsync("s-1");
        app.Cache.IsDown = true;
        Assert.True(await app.IsSignedInAsync(cookie));
        int reads = app.Cache.Reads;

        Assert.True(await app.IsSignedInAsync(cookie));

        Assert.Equal(reads, app.Cache.Reads);
        app.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(await app.IsSignedInAsync(cookie));
        Assert.True(app.Cache.Reads > reads);
    }

    [Fact]
    public async Task Keys_that_cannot_be_fetched_are_no_reason_to_call_a_logout_token_wrong()
    {
        await using SignOutApp app = await SignOutApp.StartAsync();
        for (int number = 0; number < 10; number++)
        {
            app.Visma.Connect.KeysEndpoint.AnswerNext(FakeReply.Drop);
        }

        Assert.Equal(503, await app.LogOutAsync(app.Visma.Connect.CreateLogoutToken(app.Client, app.User, "s-1")));
    }

    public static TheoryData<string> ForgedTokens =>
    [
        "alg none", "alg none, unsigned, with another case", "signed with the client secret", "signed with a key that is not published",
        "signature broken", "signature missing", "of another issuer", "for another application", "without an audience", "expired", "without exp",
        "not yet valid", "issued in the future", "without iat", "without jti", "without events", "with another event", "events is text", "event is text",
        "events is a list", "with a nonce", "without sub and sid", "with empty sub and sid", "with a critical header", "an access token by type",
        "an id token", "the empty text", "three dots", "not base64", "of the other identity server",
    ];

    [Theory]
    [MemberData(nameof(ForgedTokens))]
    public async Task Forged_logout_token_is_answered_400_and_ends_nothing(string kind)
    {
        await using SignOutApp app = await SignOutApp.StartAsync(pipeline: web => web.UseStatusCodePages());
        string cookie = await app.SignInAsync("s-1");
        string token = Forge(app, kind);

        using HttpResponseMessage response = await app.SendAsync(
            HttpMethod.Post, "/visma/signout/back-channel", body: $"logout_token={Uri.EscapeDataString(token)}");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("""{"error":"invalid_request"}""", await response.Content.ReadAsStringAsync(SignOutApp.Cancellation));
        Assert.True(await app.IsSignedInAsync(cookie));
    }

    // Visma documents neither, and the specification allows both.
    [Theory]
    [InlineData(null)]
    [InlineData("JWT")]
    [InlineData("logout+jwt")]
    public async Task Type_of_the_token_is_not_required(string? type)
    {
        await using SignOutApp app = await SignOutApp.StartAsync();

        Assert.Equal(200, await app.LogOutAsync(app.Visma.Connect.CreateLogoutToken(app.Client, app.User, "s-1", header => header["typ"] = type)));
    }

    private static string Forge(SignOutApp app, string kind)
    {
        long now = app.Time.GetUtcNow().ToUnixTimeSeconds();
        FakeIdentityServer server = kind == "of the other identity server" ? app.Visma.EAccountingIdentity : app.Visma.Connect;
        string good = server.CreateLogoutToken(app.Client, app.User, "s-1");
        string[] parts = good.Split('.');
        return kind switch
        {
            "alg none" => Header("alg", "none"),
            "alg none, unsigned, with another case" => Header("alg", "nOnE").Split('.') is [var header, var body, _] ? $"{header}.{body}." : "",
            "signed with the client secret" => Header("alg", "HS256"),
            "signed with a key that is not published" => Header("alg", "ES256"),
            "signature broken" => $"{parts[0]}.{parts[1]}.{(parts[2][0] == 'A' ? 'B' : 'A')}{parts[2][1..]}",
            "signature missing" => $"{parts[0]}.{parts[1]}.",
            "of another issuer" => Claim("iss", "https://evil.example"),
            "for another application" => Claim("aud", "isv_other"),
            "without an audience" => Without("aud"),
            "expired" => Claim("exp", now - 301),
            "without exp" => Without("exp"),
            "not yet valid" => Claim("nbf", now + 301),
            "issued in the future" => Claim("iat", now + 301),
            "without iat" => Without("iat"),
            "without jti" => Without("jti"),
            "without events" => Without("events"),
            "with another event" => Claim("events", new JsonObject { ["https://evil.example"] = new JsonObject() }),
            "events is text" => Claim("events", Event),
            "event is text" => Claim("events", new JsonObject { [Event] = "{}" }),
            "events is a list" => Claim("events", new JsonArray(Event)),
            "with a nonce" => Claim("nonce", "n"),
            "without sub and sid" => server.CreateLogoutToken(app.Client, user: null),
            "with empty sub and sid" => server.CreateLogoutToken(app.Client, user: null, changeClaims: claims => (claims["sub"], claims["sid"]) = ("", "")),
            "with a critical header" => Header("crit", new JsonArray("exp")),
            "an access token by type" => Header("typ", "at+JWT"),
            "an id token" => server.CreateLogoutToken(app.Client, app.User, "s-1", header => header["typ"] = "JWT", claims => claims.Remove("events")),
            "the empty text" => "",
            "three dots" => "..",
            "not base64" => "!.!.!",
            _ => good,
        };

        string Header(string name, JsonNode value) => server.CreateLogoutToken(app.Client, app.User, "s-1", header => header[name] = value);

        string Claim(string name, JsonNode value) => server.CreateLogoutToken(app.Client, app.User, "s-1", changeClaims: claims => claims[name] = value);

        string Without(string name) => server.CreateLogoutToken(app.Client, app.User, "s-1", changeClaims: claims => claims.Remove(name));
    }
}

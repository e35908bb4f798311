using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Wire;

// The modules of the OpenID Foundation's conformance suite for relying parties (August 2026) that apply here, under their own names.
public class OidfRelyingPartyTests
{
    private static readonly string[] Scopes = [UserApp.Api, "openid", "email", "profile", "offline_access"];

    [Fact(DisplayName = "oidcc-client-test, oidcc-client-test-idtoken-sig-rs256")]
    public async Task Good_id_token_names_the_user_of_the_connection()
    {
        await using UserApp app = await StartAsync();

        VismaConnection connection = await app.ConnectAsync(app.StartProcess());

        Assert.Equal(app.User.Subject, connection.Subject);
    }

    [Fact(DisplayName = "oidcc-client-test-client-secret-basic")]
    public async Task Client_can_authenticate_by_basic()
    {
        await using UserApp app = await StartAsync(options => options.TokenEndpointAuthentication = ClientAuthenticationMethod.ClientSecretBasic);

        await app.ConnectAsync(app.StartProcess());

        FakeRequest request = Assert.Single(app.TokenEndpoint.Requests);
        Assert.StartsWith("Basic ", request.Authorization, StringComparison.Ordinal);
        Assert.False(request.Form.ContainsKey("client_secret"));
    }

    [Fact(DisplayName = "oidcc-client-test-idtoken-sig-none")]
    public Task Id_token_without_a_signature_is_refused() =>
        AssertRefusedAsync(server => server.ChangeIdTokenHeader = header => header["alg"] = "none", "its signature is wrong or missing");

    [Fact(DisplayName = "oidcc-client-test-invalid-sig-rs256")]
    public Task Id_token_with_a_wrong_signature_is_refused() =>
        AssertRefusedAsync(server => server.BreakIdTokenSignature = true, "its signature is wrong or missing");

    // With the client secret as the key, the client, or a thief of its secret, could create id tokens.
    [Fact(DisplayName = "oidcc-client-test-invalid-sig-hs256")]
    public Task Id_token_signed_by_the_client_secret_is_refused() =>
        AssertRefusedAsync(server => server.ChangeIdTokenHeader = header => header["alg"] = "HS256", "its signature is wrong or missing");

    [Fact(DisplayName = "oidcc-client-test-invalid-sig-es256")]
    public Task Id_token_signed_by_another_algorithm_is_refused() =>
        AssertRefusedAsync(server => server.ChangeIdTokenHeader = header => header["alg"] = "ES256", "its signature is wrong or missing");

    // The signature is right, and made with the server's key.
    [Fact(DisplayName = "another algorithm with the right key")]
    public Task Id_token_signed_by_the_key_of_the_server_and_another_algorithm_is_refused() =>
        AssertRefusedAsync(server => server.ChangeIdTokenHeader = header => header["alg"] = "RS384", "its signature is wrong or missing");

    [Fact(DisplayName = "oidcc-client-test-invalid-iss")]
    public Task Id_token_of_another_issuer_is_refused() =>
        AssertRefusedAsync(server => server.ChangeIdTokenClaims = claims => claims["iss"] = "https://evil.example", "another issuer made it");

    [Fact(DisplayName = "oidcc-client-test-invalid-iss (with a slash)")]
    public Task Issuer_is_compared_exactly() =>
        AssertRefusedAsync(server => server.ChangeIdTokenClaims = claims => claims["iss"] = claims["iss"] + "/", "another issuer made it");

    [Fact(DisplayName = "oidcc-client-test-invalid-aud")]
    public Task Id_token_for_another_application_is_refused() =>
        AssertRefusedAsync(server => server.ChangeIdTokenClaims = claims => claims["aud"] = "isv_other", "it is for another application");

    [Fact(DisplayName = "oidcc-client-test-missing-aud")]
    public Task Id_token_for_nobody_is_refused() =>
        AssertRefusedAsync(server => server.ChangeIdTokenClaims = claims => claims.Remove("aud"), "it is for another application");

    // OpenID Connect Core 1.0 section 3.1.3.7, 3 to 5.
    [Theory(DisplayName = "oidcc-client-test-invalid-aud (several)")]
    [InlineData(null, "it is for several applications, and does not say which asked ('azp')")]
    [InlineData("isv_other", "it was issued to another party ('azp')")]
    public Task Id_token_for_several_applications_has_to_say_which_asked(string? party, string expected) => AssertRefusedAsync(
        server => server.ChangeIdTokenClaims = claims =>
        {
            claims["aud"] = new System.Text.Json.Nodes.JsonArray((string)claims["aud"]!, "isv_other");
            if (party is not null)
            {
                claims["azp"] = party;
            }
        },
        expected);

    [Fact(DisplayName = "oidcc-client-test-missing-sub")]
    public Task Id_token_about_nobody_is_refused() =>
        AssertRefusedAsync(server => server.ChangeIdTokenClaims = claims => claims.Remove("sub"), "it has no 'sub'");

    [Fact(DisplayName = "oidcc-client-test-missing-iat")]
    public Task Id_token_without_its_time_is_refused() =>
        AssertRefusedAsync(server => server.ChangeIdTokenClaims = claims => claims.Remove("iat"), "it has no 'iat'");

    [Fact(DisplayName = "oidcc-client-test-nonce-invalid")]
    public Task Id_token_with_another_nonce_is_refused() =>
        AssertRefusedAsync(server => server.ChangeIdTokenClaims = claims => claims["nonce"] = claims["nonce"] + "x", "its 'nonce' is not the one that was sent");

    [Fact(DisplayName = "oidcc-client-test-nonce-invalid (missing)")]
    public Task Id_token_without_the_nonce_is_refused() =>
        AssertRefusedAsync(server => server.ChangeIdTokenClaims = claims => claims.Remove("nonce"), "its 'nonce' is not the one that was sent");

    [Fact(DisplayName = "oidcc-client-test-invalid-athash")]
    public Task Id_token_of_another_access_token_is_refused() =>
        AssertRefusedAsync(server => server.ChangeIdTokenClaims = claims => claims["at_hash"] = "AAAAAAAAAAAAAAAAAAAAAA", "its 'at_hash' does not fit the access token");

    [Theory(DisplayName = "expired, not valid yet, or issued in the future")]
    [InlineData("exp", -300, "it expired at 2026-11-21 11:55:00Z ('exp')")]
    [InlineData("nbf", 301, "it is not valid before 2026-11-21 12:05:01Z ('nbf')")]
    [InlineData("iat", 301, "it was issued in the future, at 2026-11-21 12:05:01Z ('iat')")]
    public Task Id_token_out_of_its_time_is_refused_with_both_clocks(string claim, int seconds, string expected) => AssertRefusedAsync(
        server => server.ChangeIdTokenClaims = claims => claims[claim] = (long)claims["iat"]! + seconds,
        $"{expected}, and the clock of this machine says 2026-11-21 12:00:00Z; the clocks may differ by 5 minutes (clock skew)");

    [Fact(DisplayName = "without expiry")]
    public Task Id_token_that_never_expires_is_refused() =>
        AssertRefusedAsync(server => server.ChangeIdTokenClaims = claims => claims.Remove("exp"), "it has no 'exp', so it would never expire");

    // RFC 7515 section 4.1.11.
    [Fact(DisplayName = "critical extensions")]
    public Task Id_token_with_extensions_that_must_be_understood_is_refused() => AssertRefusedAsync(
        server => server.ChangeIdTokenHeader = header =>
        {
            header["crit"] = new System.Text.Json.Nodes.JsonArray("exp");
            header["exp"] = 1;
        },
        "its header names extensions that must be understood ('crit'), and none is known here");

    [Theory(DisplayName = "clocks that differ")]
    [InlineData("exp", -299)]
    [InlineData("nbf", 300)]
    [InlineData("iat", 300)]
    public Task Clocks_may_differ_by_five_minutes(string claim, int seconds) =>
        AssertAcceptedAsync(server => server.ChangeIdTokenClaims = claims => claims[claim] = (long)claims["iat"]! + seconds);

    [Fact(DisplayName = "oidcc-client-test-missing-athash")]
    public Task Id_token_need_not_name_its_access_token() =>
        AssertAcceptedAsync(server => server.ChangeIdTokenClaims = claims => claims.Remove("at_hash"));

    [Fact(DisplayName = "oidcc-client-test-kid-absent-single-jwks")]
    public Task Only_key_of_a_server_need_not_be_named() =>
        AssertAcceptedAsync(server => server.ChangeIdTokenHeader = header => header.Remove("kid"));

    [Fact(DisplayName = "oidcc-client-test-kid-absent-multiple-jwks")]
    public Task One_of_several_keys_has_to_be_named() => AssertRefusedAsync(
        server =>
        {
            server.PublishesSecondKey = true;
            server.ChangeIdTokenHeader = header => header.Remove("kid");
        },
        "it does not say which of the server's keys signed it");

    [Fact(DisplayName = "several keys, and the right one named")]
    public Task Named_key_is_found_among_several() => AssertAcceptedAsync(server => server.PublishesSecondKey = true);

    [Fact(DisplayName = "no id token at all")]
    public async Task Reply_without_the_id_token_that_was_asked_for_is_refused()
    {
        await using UserApp app = await StartAsync();
        AppProcess process = app.StartProcess();
        string? refreshToken = null;
        app.TokenEndpoint.ChangeNextReply(reply =>
        {
            reply.Remove("id_token");
            refreshToken = (string)reply["refresh_token"]!;
        });

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => app.ConnectAsync(process));

        Assert.Contains("has no id token, although the scope 'openid' was requested", error.Message, StringComparison.Ordinal);
        Assert.Equal(refreshToken, Assert.Single(app.Server.RevocationEndpoint.Requests).Form["token"]);
        Assert.Null(await app.Cache.EntryAsync(UserApp.Key));
    }

    [Theory(DisplayName = "a token reply that is refused")]
    [InlineData("access_token")]
    [InlineData("token_type")]
    public async Task Reply_to_a_code_that_cannot_be_used_leaves_no_refresh_token_alive(string member)
    {
        await using UserApp app = await StartAsync();
        AppProcess process = app.StartProcess();
        string? refreshToken = null;
        app.TokenEndpoint.ChangeNextReply(reply =>
        {
            reply[member] = "\u00e5";
            refreshToken = (string)reply["refresh_token"]!;
        });

        await Assert.ThrowsAsync<VismaConnectException>(() => app.ConnectAsync(process));

        Assert.Equal(refreshToken, Assert.Single(app.Server.RevocationEndpoint.Requests).Form["token"]);
    }

    [Theory(DisplayName = "an id token that is none")]
    [InlineData("a")]
    [InlineData("a.b.c")]
    [InlineData("e30.e30.e30")]
    [InlineData("...")]
    public async Task Id_token_that_is_none_is_refused_and_not_quoted(string idToken)
    {
        await using UserApp app = await StartAsync();
        AppProcess process = app.StartProcess();
        app.TokenEndpoint.ChangeNextReply(reply => reply["id_token"] = idToken);

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => app.ConnectAsync(process));

        Assert.StartsWith($"The id token from {app.Server.Authority.Issuer} is refused: ", error.Message, StringComparison.Ordinal);
        Assert.Null(await app.Cache.EntryAsync(UserApp.Key));
    }

    [Fact(DisplayName = "oidcc-client-test-scope-userinfo-claims, oidcc-client-test-userinfo-bearer-header")]
    public async Task User_info_is_asked_for_with_the_token_in_the_header()
    {
        await using UserApp app = await StartAsync();
        AppProcess process = app.StartProcess();
        VismaConnection connection = await app.ConnectAsync(process);
        AccessToken token = await process.GetTokenAsync();

        UserInfo info = await TypedClientOf(process).GetUserInfoAsync(token.Value, connection.Subject, TestApp.Cancellation);

        Assert.Equal((app.User.Subject, app.User.Name, app.User.Email), (info.Subject, info.Name, info.Email));
        FakeRequest request = Assert.Single(app.Server.UserInfoEndpoint.Requests);
        Assert.Equal(("GET /connect/userinfo", $"Bearer {token.Value}", ""), (request.ToString(), request.Authorization, request.Body));
    }

    [Fact(DisplayName = "oidcc-client-test-userinfo-invalid-sub")]
    public async Task User_info_about_somebody_else_is_not_used()
    {
        await using UserApp app = await StartAsync();
        AppProcess process = app.StartProcess();
        VismaConnection connection = await app.ConnectAsync(process);
        app.Server.ChangeUserInfo = claims => claims["sub"] = "somebody-else";

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(async () =>
            await TypedClientOf(process).GetUserInfoAsync((await process.GetTokenAsync()).Value, connection.Subject, TestApp.Cancellation));

        Assert.Contains("is about another user than the id token (its 'sub' differs). It is not used.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("somebody-else", error.ToString(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "oidcc-client-formpost-basic: oidcc-client-test")]
    public async Task Answer_may_be_a_posted_form()
    {
        await using UserApp app = await StartAsync();

        VismaConnection connection = await app.ConnectAsync(app.StartProcess(), new AuthorizationRequestOptions { ResponseMode = AuthorizationResponseMode.FormPost });

        Assert.Equal(app.User.Subject, connection.Subject);
        Assert.Equal("form_post", app.Server.AuthorizationEndpoint.Requests.Single().Query["response_mode"]);
    }

    [Fact(DisplayName = "oidcc-client-test-form-post-error")]
    public async Task Error_may_be_a_posted_form()
    {
        await using UserApp app = await StartAsync();
        AppProcess process = app.StartProcess();
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42", new AuthorizationRequestOptions { ResponseMode = AuthorizationResponseMode.FormPost });
        FakeCallback callback = await app.Visma.CancelSignInAsync(start.Url, TestApp.Cancellation);

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(
            () => process.Connections.CompleteAsync(start, AuthorizationResponse.FromForm(callback.FormBody!), TestApp.Cancellation).Soon());

        Assert.True(error.IsCancelledByUser);
    }

    [Fact(DisplayName = "oidcc-client-test-discovery-openid-config, oidcc-client-test-discovery-jwks-uri-keys")]
    public async Task Keys_are_those_of_the_discovery_document_and_fetched_once_before_the_code_is_spent()
    {
        await using UserApp app = await StartAsync();
        AppProcess process = app.StartProcess();
        using FakePause pause = app.Server.KeysEndpoint.PauseNext();

        Task<VismaConnection> connecting = app.ConnectAsync(process);
        await pause.Reached.Soon();
        Assert.Empty(app.TokenEndpoint.Requests);
        pause.Release();
        await connecting;
        await app.ConnectAsync(process);

        Assert.Equal("GET /.well-known/openid-configuration", Assert.Single(app.Server.DiscoveryEndpoint.Requests).ToString());
        Assert.Equal("GET /.well-known/openid-configuration/jwks", Assert.Single(app.Server.KeysEndpoint.Requests).ToString());
    }

    [Fact(DisplayName = "no id token asked for")]
    public async Task Nothing_is_discovered_where_no_id_token_is_asked_for()
    {
        await using UserApp app = await UserApp.StartAsync();

        await app.ConnectAsync(app.StartProcess());

        Assert.Empty(app.Server.DiscoveryEndpoint.Requests);
    }

    [Fact(DisplayName = "oidcc-client-test-discovery-issuer-mismatch")]
    public Task Discovery_document_of_another_issuer_is_refused() => AssertKeysMissingAsync(
        server => server.ChangeDiscovery = document => document["issuer"] = "https://evil.example",
        "its issuer is 'https://evil.example' instead of");

    [Fact(DisplayName = "oidcc-client-test-discovery-issuer-mismatch (missing)")]
    public Task Discovery_document_of_no_issuer_is_refused() =>
        AssertKeysMissingAsync(server => server.ChangeDiscovery = document => document.Remove("issuer"), "its issuer is ''");

    [Fact(DisplayName = "keys without TLS")]
    public Task Keys_are_not_fetched_without_tls() => AssertKeysMissingAsync(
        server => server.ChangeDiscovery = document => document["jwks_uri"] = "http://evil.example/keys",
        "'http://evil.example/keys' is not an absolute https address");

    [Fact(DisplayName = "no keys")]
    public Task Key_set_without_keys_is_refused() =>
        AssertKeysMissingAsync(server => server.KeysEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, """{"keys":[]}"""), times: 5), "it has no keys");

    [Theory(DisplayName = "discovery in trouble")]
    [InlineData(HttpStatusCode.OK, "")]
    [InlineData(HttpStatusCode.OK, "[]")]
    [InlineData(HttpStatusCode.NotFound, "")]
    [InlineData(HttpStatusCode.Redirect, "")]
    public Task Code_is_not_sent_when_the_keys_cannot_be_had(HttpStatusCode status, string body) =>
        AssertKeysMissingAsync(server => server.DiscoveryEndpoint.AnswerNext(FakeReply.Status(status, body), times: 5), "so no id token can be validated");

    [Fact(DisplayName = "discovery without end")]
    public Task Discovery_document_is_read_up_to_a_mebibyte() => AssertKeysMissingAsync(
        server => server.DiscoveryEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, new string(' ', 2 * 1024 * 1024)), times: 5),
        "is longer than 1 MiB");

    [Fact(DisplayName = "discovery down")]
    public async Task Server_that_is_away_is_a_transient_error_and_the_next_consent_succeeds()
    {
        await using UserApp app = await StartAsync();
        AppProcess process = app.StartProcess();
        app.Server.DiscoveryEndpoint.AnswerNext(FakeReply.Drop, times: 3);

        VismaConnectException error = await app.Time.FailureAsync(app.ConnectAsync(process));

        Assert.True(error.IsTransient);
        Assert.Empty(app.TokenEndpoint.Requests);
        Assert.Equal(app.User.Subject, (await app.ConnectAsync(process)).Subject);
    }

    [Fact(DisplayName = "keys at hand")]
    public async Task Keys_at_hand_go_on_while_the_server_does_not_give_them()
    {
        await using UserApp app = await StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        app.Server.DiscoveryEndpoint.Script = _ => FakeReply.Drop;
        app.Server.KeysEndpoint.Script = _ => FakeReply.Drop;
        app.Time.Advance(TimeSpan.FromDays(2));

        VismaConnection connection = await app.Time.ResultAsync(app.ConnectAsync(process));

        Assert.Equal(app.User.Subject, connection.Subject);
    }

    [Fact(DisplayName = "oidcc-client-test-signing-key-rotation")]
    public async Task New_key_of_the_server_is_fetched_once()
    {
        await using UserApp app = await StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        app.Server.RotateSigningKey();

        await app.ConnectAsync(process);
        await app.ConnectAsync(process);

        Assert.Equal(2, app.Server.KeysEndpoint.Requests.Count);
    }

    [Fact(DisplayName = "oidcc-client-test-signing-key-rotation-just-before-signing")]
    public async Task Key_that_changes_between_the_keys_and_the_code_is_fetched()
    {
        await using UserApp app = await StartAsync();
        AppProcess process = app.StartProcess();
        using FakePause pause = app.TokenEndpoint.PauseNext();
        Task<VismaConnection> connecting = app.ConnectAsync(process);
        await pause.Reached.Soon();
        app.Server.RotateSigningKey();
        pause.Release();

        VismaConnection connection = await connecting;

        Assert.Equal(app.User.Subject, connection.Subject);
        Assert.Equal(2, app.Server.KeysEndpoint.Requests.Count);
    }

    [Fact(DisplayName = "oidcc-client-test-signing-key-rotation (rate)")]
    public async Task Keys_are_fetched_again_once_in_five_minutes_at_most()
    {
        await using UserApp app = await StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        app.Server.RotateSigningKey();
        await app.ConnectAsync(process);
        app.Server.RotateSigningKey();

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => app.ConnectAsync(process));
        Assert.Contains("none of the server's keys signed it", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, app.Server.KeysEndpoint.Requests.Count);

        app.Time.Advance(TimeSpan.FromMinutes(5));
        await app.ConnectAsync(process);
        Assert.Equal(3, app.Server.KeysEndpoint.Requests.Count);
    }

    [Fact(DisplayName = "oidcc-client-test-signing-key-rotation (same kid)")]
    public async Task Key_that_was_replaced_under_the_same_id_is_fetched()
    {
        await using UserApp app = await StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        app.Server.RotateSigningKey(keepsId: true);

        VismaConnection connection = await app.ConnectAsync(process);
        await app.ConnectAsync(process);

        Assert.Equal(app.User.Subject, connection.Subject);
        Assert.Equal(2, app.Server.KeysEndpoint.Requests.Count);
    }

    [Fact(DisplayName = "oidcc-client-test-invalid-sig-rs256 (rate)")]
    public async Task Wrong_signatures_fetch_the_keys_once_in_five_minutes()
    {
        await using UserApp app = await StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        app.Server.BreakIdTokenSignature = true;

        await Assert.ThrowsAsync<VismaConnectException>(() => app.ConnectAsync(process));
        app.Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<VismaConnectException>(() => app.ConnectAsync(process));
        Assert.Equal(2, app.Server.KeysEndpoint.Requests.Count);

        app.Time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<VismaConnectException>(() => app.ConnectAsync(process));
        Assert.Equal(3, app.Server.KeysEndpoint.Requests.Count);
    }

    // All of them have spent their codes, so nobody may be refused because another one is already fetching.
    [Fact(DisplayName = "oidcc-client-test-signing-key-rotation (two users)")]
    public async Task Users_who_come_while_the_new_key_is_fetched_wait_for_it()
    {
        await using UserApp app = await StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        app.Server.RotateSigningKey();
        await app.ConnectAsync(app.StartProcess());
        string idToken = (await app.EntryAsync()).Tokens.IdToken!;
        using FakePause keys = app.Server.KeysEndpoint.PauseNext();
        Task<IdToken> first = TypedClientOf(process).ValidateIdTokenAsync(idToken, nonce: null, TestApp.Cancellation);
        await keys.Reached.Soon();

        Task<IdToken> second = TypedClientOf(process).ValidateIdTokenAsync(idToken, nonce: null, TestApp.Cancellation);
        Assert.False(second.IsCompleted);
        keys.Release();

        Assert.Equal([app.User.Subject, app.User.Subject], (await Task.WhenAll(first, second).Soon()).Select(token => token.Subject));
        Assert.Equal(3, app.Server.KeysEndpoint.Requests.Count);
    }

    // A key that the server has withdrawn must not be trusted for as long as the process runs.
    [Fact(DisplayName = "keys that have grown old")]
    public async Task Keys_are_fetched_again_after_half_a_day_by_the_clock_of_the_container()
    {
        await using UserApp app = await StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);

        app.Time.Advance(TimeSpan.FromHours(12) - TimeSpan.FromSeconds(1));
        await app.ConnectAsync(process);
        Assert.Single(app.Server.KeysEndpoint.Requests);
        app.Time.Advance(TimeSpan.FromSeconds(1));
        await app.ConnectAsync(process);

        Assert.Equal((2, 2), (app.Server.DiscoveryEndpoint.Requests.Count, app.Server.KeysEndpoint.Requests.Count));
    }

    [Fact(DisplayName = "oidcc-client-test-refresh-token")]
    public async Task Renewal_keeps_the_user()
    {
        await using UserApp app = await StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();

        await process.GetTokenAsync();

        Assert.Equal(app.User.Subject, (await process.Connections.FindAsync("nxt", "customer-42", TestApp.Cancellation).Soon())!.Subject);
    }

    [Theory(DisplayName = "oidcc-client-test-refresh-token-invalid-issuer, oidcc-client-test-refresh-token-invalid-sub")]
    [InlineData("iss", "https://evil.example", "its id token is from another issuer")]
    [InlineData("iss", null, "its id token is from another issuer")]
    [InlineData("sub", "somebody-else", "its id token is about another user")]
    [InlineData("sub", null, "its id token is about another user")]
    [InlineData("aud", "isv_other", "its id token is for another application")]
    [InlineData("aud", null, "its id token is for another application")]
    public async Task Renewal_about_somebody_else_is_not_handed_out_but_its_refresh_token_is_saved(string claim, string? value, string expected)
    {
        await using UserApp app = await StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        TokenEntry before = await app.EntryAsync();
        app.Server.ChangeIdTokenClaims = claims => claims[claim] = value;

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());

        Assert.Contains($"The reply to the renewal of {UserApp.Key} is not used: {expected}.", error.Message, StringComparison.Ordinal);
        TokenEntry after = await app.EntryAsync();
        Assert.NotEqual(before.Tokens.RefreshToken, after.Tokens.RefreshToken);
        Assert.Equal((before.Tokens.AccessToken.Value, before.Tokens.IdToken), (after.Tokens.AccessToken.Value, after.Tokens.IdToken));
        app.Server.ChangeIdTokenClaims = null;
        await process.GetTokenAsync();
        Assert.Empty(app.Visma.NeedlessReplays);
    }

    // The state protects the user, and the issuer the application. Both must be present and right.
    [Theory(DisplayName = "fapi2-security-profile-final-client-test: invalid-authorization-response-iss, remove-authorization-response-iss, ensure-authorization-response-with-invalid-state-fails, ...missing-state-fails")]
    [InlineData("iss", "https://evil.example", "its issuer is 'https://evil.example' instead of")]
    [InlineData("iss", null, "it has no issuer")]
    [InlineData("state", "invalid", "it has another state")]
    [InlineData("state", null, "it has no state")]
    public async Task Answer_without_the_right_state_and_issuer_is_refused(string parameter, string? value, string expected)
    {
        await using UserApp app = await StartAsync();
        AppProcess process = app.StartProcess();
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42");
        FakeCallback callback = await app.Visma.SignInAsync(start.Url, app.User, cancellationToken: TestApp.Cancellation);
        Dictionary<string, string?> parameters = QueryHelpers.ParseQuery(callback.Uri.Query).ToDictionary(pair => pair.Key, pair => (string?)pair.Value.ToString());
        parameters.Remove(parameter);
        if (value is not null)
        {
            parameters[parameter] = value;
        }

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(
            () => process.Connections.CompleteAsync(start, AuthorizationResponse.From(parameters), TestApp.Cancellation).Soon());

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Empty(app.TokenEndpoint.Requests);
        Assert.Empty(app.Server.DiscoveryEndpoint.Requests);
    }

    [Fact(DisplayName = "fapi2-security-profile-final-client-test-token-type-case-insensitivity")]
    public async Task Token_type_is_compared_without_case()
    {
        await using UserApp app = await StartAsync();
        app.TokenEndpoint.ChangeNextReply(reply => reply["token_type"] = "bEaReR");

        VismaConnection connection = await app.ConnectAsync(app.StartProcess());

        Assert.Equal(ConnectionState.Active, connection.State);
    }

    [Fact(DisplayName = "fapi2-security-profile-final-client-test-token-endpoint-response-without-expires_in")]
    public async Task Token_without_a_lifetime_has_that_of_the_settings()
    {
        await using UserApp app = await StartAsync();
        app.TokenEndpoint.ChangeNextReply(reply => reply.Remove("expires_in"));

        VismaConnection connection = await app.ConnectAsync(app.StartProcess());

        Assert.Equal(app.Time.GetUtcNow() + TimeSpan.FromMinutes(5), connection.TokenExpiresAt);
    }

    [Theory(DisplayName = "oidcc-client-test-rp-init-logout, oidcc-client-test-rp-init-logout-no-state")]
    [InlineData("a state&x=å")]
    [InlineData(null)]
    public async Task Address_of_the_logout_leads_back_to_the_application(string? state)
    {
        await using UserApp app = await StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        string idToken = (await app.EntryAsync()).Tokens.IdToken!;
        using HttpClient browser = new(new SocketsHttpHandler { AllowAutoRedirect = false });

        Uri url = TypedClientOf(process).CreateEndSessionUrl(idToken, UserApp.RedirectUri, state);
        using HttpResponseMessage response = await browser.GetAsync(url, TestApp.Cancellation);

        FakeRequest request = Assert.Single(app.Server.EndSessionEndpoint.Requests);
        Assert.Equal((idToken, UserApp.RedirectUri, state), (request.Query["id_token_hint"], request.Query["post_logout_redirect_uri"], request.Query.GetValueOrDefault("state")));
        Assert.Equal(state is null ? UserApp.RedirectUri : QueryHelpers.AddQueryString(UserApp.RedirectUri, "state", state), response.Headers.Location?.OriginalString);
    }

    private static Task<UserApp> StartAsync(Action<VismaClientOptions>? client = null) => UserApp.StartAsync(client: client, scopes: Scopes);

    private static VismaConnectClient TypedClientOf(AppProcess process) => process.Services.GetRequiredKeyedService<VismaConnectClient>("nxt");

    private static async Task AssertAcceptedAsync(Action<FakeIdentityServer> change)
    {
        await using UserApp app = await StartAsync();
        change(app.Server);

        VismaConnection connection = await app.ConnectAsync(app.StartProcess());

        Assert.Equal(app.User.Subject, connection.Subject);
    }

    private static async Task AssertRefusedAsync(Action<FakeIdentityServer> change, string expected)
    {
        await using UserApp app = await StartAsync();
        AppProcess process = app.StartProcess();
        change(app.Server);

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => app.ConnectAsync(process));

        Assert.StartsWith($"The id token from {app.Server.Authority.Issuer} is refused: {expected}. The user is not signed in.", error.Message, StringComparison.Ordinal);
        Assert.Equal(expected.Contains("clock", StringComparison.Ordinal) ? "wrong-clock" : null, error.Remedy?.Code);
        Assert.Null(await app.Cache.EntryAsync(UserApp.Key));
        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync());
    }

    private static async Task AssertKeysMissingAsync(Action<FakeIdentityServer> change, string expected)
    {
        await using UserApp app = await StartAsync();
        AppProcess process = app.StartProcess();
        change(app.Server);

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => app.ConnectAsync(process));

        Assert.StartsWith($"The keys of {app.Server.Authority.Issuer} cannot be fetched, so no id token can be validated: ", error.Message, StringComparison.Ordinal);
        Assert.True(error.Message.Contains(expected, StringComparison.Ordinal), error.ToString());
        Assert.Empty(app.TokenEndpoint.Requests);
        Assert.Null(await app.Cache.EntryAsync(UserApp.Key));
    }
}

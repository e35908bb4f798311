using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk.Tests.Wire;

// The exceptions of the platform quote what they cannot read of a reply, and a broken proxy can send the tokens of any reply.
public class BrokenReplyTests
{
    private const string Access = "acc3ss-of-a-broken-reply";
    private const string Refresh = "r3fresh-of-a-broken-reply";
    private const string Json = $$"""{"access_token":"{{Access}}","token_type":"Bearer","refresh_token":"{{Refresh}}","keys":[{"kty":"{{Access}}"}]}""";
    private const string Ok = "HTTP/1.1 200 OK\r\n";

    public static TheoryData<string, string> Replies => new()
    {
        { "no status line", Json },
        { "a header without a name", $"{Ok}{Json}\r\n\r\n" },
        { "a header with a space in its name", $"{Ok}{Access} {Refresh}: a\r\n\r\n" },
        { "a header with a control character", $"{Ok}X-A: {Access}\0{Refresh}\r\n\r\n" },
        { "a folded header", $"{Ok}X-A: a\r\n {Access}\r\n{Refresh}\r\n\r\n" },
        { "a wrong length", $"{Ok}Content-Length: {Access}\r\n\r\n{Json}" },
        { "two lengths", $"{Ok}Content-Length: 5\r\nContent-Length: {Refresh}\r\n\r\n{Json}" },
        { "a wrong length of a chunk", $"{Ok}Transfer-Encoding: chunked\r\n\r\n{Access}{Refresh}\r\n" },
        { "a chunk that does not end", $"{Ok}Transfer-Encoding: chunked\r\n\r\n5\r\n{{\"a\":{Json}\r\n" },
        { "a wrong version", $"HTTP/{Access} 200 OK\r\n\r\n{Json}" },
        { "a wrong status", $"HTTP/1.1 {Refresh} OK\r\n\r\n{Json}" },
        { "a wrong reason", $"HTTP/1.1 400 {Access}\u0001\r\n{Refresh}\r\n\r\n{Json}" },
        { "a switch of protocols", $"HTTP/1.1 101 {Access}\r\nUpgrade: {Refresh}\r\n\r\n{Json}" },
        { "a body that is not compressed", $"{Ok}Content-Encoding: gzip\r\nContent-Length: {Json.Length}\r\n\r\n{Json}" },
        { "a body that is cut short", $"{Ok}Content-Length: 1000\r\n\r\n{Json[..^40]}" },
        { "headers without an end", $"{Ok}X-A: {Access}" },
        { "too long headers", $"{Ok}X-{Access}: {new string('a', 70_000)}\r\n\r\n" },
        { "another document", $"{Ok}Content-Length: {Json.Length - 1}\r\n\r\n{Json}" },
    };

    private static readonly (string, Func<VismaConnectClient, AuthorizationRequest?, AuthorizationResponse?, Task>)[] Requests =
    [
        ("/.well-known/openid-configuration", (client, _, _) => client.DiscoverAsync(TestApp.Cancellation)),
        ("/jwks", (client, request, callback) => client.ExchangeCodeAsync(request!, callback!, TestApp.Cancellation)),
        ("/userinfo", (client, _, _) => client.GetUserInfoAsync("t0ken", cancellationToken: TestApp.Cancellation)),
        ("/revocation", (client, _, _) => client.RevokeAsync("r3fresh-that-is-sent", TestApp.Cancellation)),
    ];

    [Theory]
    [MemberData(nameof(Replies))]
    public async Task Nothing_of_a_broken_reply_to_a_renewal_is_shown_or_stored_as_evidence(string kind, string reply)
    {
        using BrokenProxy proxy = new() { Reply = reply };
        await using UserApp app = await UserApp.StartAsync(
            client: client => client.RefreshTokenReplay = RefreshTokenReplay.Never,
            services: services => services.AddVismaConnect(_ => { }).ConfigureTokenRequests(http => http.UsePrimaryHandler(proxy)));
        AppProcess process = await app.StartWithExpiredTokenAsync();
        proxy.Part = "/connect/token";
        List<string> shown = [kind];

        for (int call = 0; call < 2; call++)
        {
            // A reply from which the refresh token can be saved is followed by another renewal.
            shown.Add($"{await Record.ExceptionAsync(() => process.GetTokenAsync())}");
            shown.Add((await app.EntryAsync()).Mark?.Outcome ?? "");
        }

        shown.Add((await process.Connections.FindAsync("nxt", "customer-42", TestApp.Cancellation))?.Reason ?? "");
        ShowNothing(proxy, shown.Concat(app.Log.Lines));
    }

    // A server that closes the connection in order (FIN) has had the request as well as one that resets it.
    [Fact]
    public async Task Connection_that_is_closed_without_a_reply_counts_as_a_send()
    {
        using BrokenProxy proxy = new();
        await using UserApp app = await UserApp.StartAsync(
            client: client => client.RefreshTokenReplay = RefreshTokenReplay.Never,
            services: services => services.AddVismaConnect(_ => { }).ConfigureTokenRequests(http => http.UsePrimaryHandler(proxy)));
        AppProcess process = await app.StartWithExpiredTokenAsync();
        proxy.Part = "/connect/token";

        ReauthorizationRequiredException error = await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync());

        Assert.Equal(1, proxy.Answered);
        Assert.Contains("The connection failed during the renewal", error.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Replies))]
    public async Task Nothing_of_a_broken_reply_to_a_request_for_a_service_token_is_shown(string kind, string reply)
    {
        using BrokenProxy proxy = new() { Reply = reply, Part = "/connect/token" };
        await using TestApp app = await TestApp.StartAsync(
            services: services => services.AddVismaConnect(_ => { }).ConfigureTokenRequests(http => http.UsePrimaryHandler(proxy)));
        Task<AccessToken> call = app.GetTokenAsync(app.AddCompany()).AsTask();

        await app.Time.UntilEndAsync(call);

        // A body that only lacks its end is a reply.
        ShowNothing(proxy, [kind, $"{call.Exception}", .. app.Log.Lines]);
    }

    [Theory]
    [MemberData(nameof(Replies))]
    public async Task Nothing_of_a_broken_reply_to_another_request_is_shown(string kind, string reply)
    {
        List<string> shown = [kind];
        foreach ((string part, Func<VismaConnectClient, AuthorizationRequest?, AuthorizationResponse?, Task> send) in Requests)
        {
            LogCapture log = new();
            using BrokenProxy proxy = new() { Reply = reply };
            await using OtherServer app = await OtherServer.StartAsync(builder: visma =>
            {
                visma.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
                visma.ConfigureTokenRequests(http => http.UsePrimaryHandler(proxy));
            });
            VismaConnectClient client = app.Services.GetRequiredKeyedService<VismaConnectClient>("other");
            bool isKnown = part != "/.well-known/openid-configuration";
            if (isKnown)
            {
                await client.DiscoverAsync(TestApp.Cancellation);
            }

            AuthorizationRequest? request = isKnown ? client.CreateAuthorizationRequest() : null;
            AuthorizationResponse? callback = isKnown ? await app.SignInAsync(request!) : null;
            proxy.Part = part;
            Task call = send(client, request, callback);
            await app.Time.UntilEndAsync(call);

            shown.Add($"{part} {call.Exception}");
            ShowNothing(proxy, shown.Concat(log.Lines));
        }
    }

    private static void ShowNothing(BrokenProxy proxy, IEnumerable<string> shown)
    {
        string everything = string.Join('\n', shown);
        Assert.True(proxy.Answered > 0);
        foreach (string part in (string[])["acc3ss", "r3fresh-of"])
        {
            Assert.DoesNotContain(part, everything, StringComparison.Ordinal);
        }
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk.Tests.FrontDoor.Mistakes;

/// <summary>Mistakes in the consents of users.</summary>
internal static class ConsentMistakes
{
    public static IEnumerable<Mistake> All { get; } =
    [
        // Begin.
        new("began a consent of a service client", Reported.AtUse, typeof(OptionsValidationException), "The RedirectUri of client 'erp' is missing", "users connect with an application of type Web or Native")
        {
            Use = app => Task.FromResult(app.Connections.Begin("erp", "a")),
        },
        AtUse("misspelt the client in Begin", app => Task.FromResult(app.Connections.Begin("nxtt", "a")), "There is no client 'nxtt' in VismaConnect:Clients", "It has 'erp', 'nxt'"),
        Argument("began without a name for the connection", app => Task.FromResult(app.Connections.Begin("nxt", " ")), "connection"),
        Argument("asked for two scopes in one text", app => Task.FromResult(app.Connections.Begin("nxt", "a", new() { Scopes = { "a b" } })), "a b", "scope"),
        Argument("gave Begin a relative redirect URI", app => Task.FromResult(app.Connections.Begin("nxt", "a", new() { RedirectUri = "/callback" })), "absolute"),
        AtUse("signed in by the browser of a server's user", app => app.Services.GetRequiredService<BrowserSignIn>().ConnectAsync("nxt", "a", null, MistakenApp.Cancellation), "needs a loopback address", "http://127.0.0.1"),

        // The stored request.
        Refused("lost the session between Begin and the callback", app => Task.FromResult(AuthorizationRequest.FromJson(null)), "There is no stored authorization request", "in the same browser's session", "begin again"),
        Refused("stored the request as another text", app => Task.FromResult(AuthorizationRequest.FromJson("{}")), "The text is not a stored authorization request", "Store the text that ToJson returned, unchanged"),
        Refused("stored the address instead of the request", app => Task.FromResult(AuthorizationRequest.FromJson(app.Connections.Begin("nxt", "a").Url.AbsoluteUri)), "The text is not a stored authorization request"),

        // The callback.
        Refused("completed with a callback without a state", app => CompleteAsync(app, _ => AuthorizationResponse.FromQuery("?code=abc")), "state", "begin again"),
        Refused("completed with the callback of another browser", async app =>
        {
            AuthorizationRequest other = app.Connections.Begin("nxt", "b");
            AuthorizationResponse callback = await app.SignInAsync(other);
            await app.Connections.CompleteAsync(app.Connections.Begin("nxt", "a"), callback, MistakenApp.Cancellation);
        }, "state", "begin again"),
        Refused("passed the whole address as the query", app => CompleteAsync(app, start => AuthorizationResponse.FromQuery($"https://acme.example/visma/callback?code=abc&state={start.State}&iss={Uri.EscapeDataString(start.Issuer!)}")), "code"),
        Refused("pasted a code from the address of the browser", app => CompleteAsync(app, start => AuthorizationResponse.FromQuery($"code=abc&state={start.State}&iss={Uri.EscapeDataString(start.Issuer!)}")), "invalid_grant", "code"),
        Refused("opened the callback without signing in", app => CompleteAsync(app, _ => AuthorizationResponse.FromQuery("")), "state"),
        Refused("encoded the callback twice badly", app => CompleteAsync(app, start => AuthorizationResponse.FromQuery($"code=%zz&state={start.State}")), "not encoded as an address requires it"),
        Refused("dropped the issuer of the callback", async app =>
        {
            AuthorizationRequest start = app.Connections.Begin("nxt", "a");
            await app.Connections.CompleteAsync(start, AuthorizationResponse.FromQuery($"code=abc&state={start.State}"), MistakenApp.Cancellation);
        }, "iss"),
        Refused("completed with the secret of another application", ConnectAsync, "invalid_client", "secret") with
        {
            Settings = new() { ["Clients:nxt:ClientSecret"] = "another-secret" },
        },

        // What was consented.
        InTheLog("asked for no offline access", ConnectAsync, "client 'nxt', connection 'a'", "without a refresh token", "offline_access", "add it to Scopes") with
        {
            Settings = new() { ["Clients:nxt:Scopes:1"] = null },
        },
        InTheLog("left offline access off in the portal", async app =>
        {
            app.Nxt.OfflineAccess = false;
            await ConnectAsync(app);
        }, "is connected without a refresh token, although 'offline_access' was requested", "switch offline access on in the Visma Developer Portal"),
    ];

    private static async Task ConnectAsync(MistakenApp app)
    {
        AuthorizationRequest start = app.Connections.Begin("nxt", "a");
        await app.Connections.CompleteAsync(start, await app.SignInAsync(start), MistakenApp.Cancellation);
    }

    private static async Task CompleteAsync(MistakenApp app, Func<AuthorizationRequest, AuthorizationResponse> callback)
    {
        AuthorizationRequest start = app.Connections.Begin("nxt", "a");
        await app.Connections.CompleteAsync(start, callback(start), MistakenApp.Cancellation);
    }

    private static Mistake AtUse(string did, Func<MistakenApp, Task> use, params string[] words) =>
        new(did, Reported.AtUse, typeof(InvalidOperationException), words) { Use = use };

    private static Mistake Argument(string did, Func<MistakenApp, Task> use, params string[] words) =>
        new(did, Reported.AtUse, typeof(ArgumentException), words) { Use = use };

    private static Mistake Refused(string did, Func<MistakenApp, Task> use, params string[] words) =>
        new(did, Reported.AtUse, typeof(VismaConnectException), words) { Use = use };

    private static Mistake InTheLog(string did, Func<MistakenApp, Task> use, params string[] words) =>
        new(did, Reported.InTheLog, null, words) { Use = use };
}

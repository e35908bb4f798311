using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.FrontDoor.Mistakes;

/// <summary>Mistakes in calls: nothing is sent, or the refusal of the server is explained.</summary>
internal static class CallMistakes
{
    public static IEnumerable<Mistake> All { get; } =
    [
        // Whose token.
        AtUse("named no tenant", app => GetAsync(app, "erp", request => request), "no tenant is named", "SetTenant", "VismaClientFactory<T>.ForTenant", "TenantUse"),
        AtUse("named a tenant for a client whose tokens have none", app => app.CallAsync(), "whose tokens have no tenant (its TenantUse is None)", "Use TokenKey.ForClient(...), or set its TenantUse to Required or Optional") with
        {
            Settings = new() { ["Clients:erp:TenantUse"] = "None" },
        },
        AtUse("copied the tenant id with a space", app => app.CallAsync(app.Company.TenantId + " "), "begins or ends with white space", "Remove it"),
        AtUse("copied the tenant id with a line break", app => app.CallAsync("\n" + app.Company.TenantId), "begins or ends with white space"),
        Argument("named an empty tenant", app => app.CallAsync(""), "tenantId"),
        Argument("named a tenant of white space", app => app.CallAsync("  "), "tenantId"),
        Refused("named a customer's name instead of a tenant id", app => app.CallAsync("Acme AS"), "invalid_tenant", "tenant id"),
        Refused("named a company that has not approved the application", app => app.CallAsync(app.Visma.AddCompany("Other AS").TenantId), "invalid_tenant", "approve"),
        AtUse("named no connection for a client of eAccounting", app => app.Tokens.GetTokenAsync(TokenKey.ForClient("ea"), MistakenApp.Cancellation).AsTask(), "no connection is named", "SetConnection", "ForConnection") with
        {
            Settings = EAccounting,
        },
        AtUse("named a tenant for a client of eAccounting", app => app.Tokens.GetTokenAsync(TokenKey.ForTenant("ea", "a1b2"), MistakenApp.Cancellation).AsTask(), "no connection is named", "TokenKey.ForConnection") with
        {
            Settings = EAccounting,
        },
        new("named a connection that nobody made", Reported.AtUse, typeof(ReauthorizationRequiredException), "Connection 'customer-42' of client 'nxt'", "Send the user to the address of VismaConnections.Begin")
        {
            Use = app => GetAsync(app, "nxt", request => request.SetConnection("customer-42")),
        },
        new("named a connection for a service client", Reported.AtUse, typeof(ReauthorizationRequiredException), "Connection 'customer-42' of client 'erp'", "VismaConnections.Begin")
        {
            Use = app => GetAsync(app, "erp", request => request.SetConnection("customer-42")),
        },
        Refused("named a tenant for a client of users", app => GetAsync(app, "nxt", request => request.SetTenant(app.Company.TenantId)), "nxt"),
        AtUse("named a token of another client on a request", app => GetAsync(app, "erp", request => request.SetTokenKey(TokenKey.ForConnection("nxt", "a"))), "its HttpClient sends tokens of client 'erp' (AddVismaToken)", "Nothing was sent"),
        AtUse("named another tenant on a request of a bound client", app => app.Services.GetRequiredService<VismaClientFactory<BoundClient>>().ForTenant("a").SendForAsync("b"), "bound to tenant 'a'", "Use a client that is not bound") with
        {
            Services = services => services.AddHttpClient<BoundClient>().AddVismaToken(VismaApi.NetErp, "erp"),
        },
        AtUse("misspelt the client in a TokenKey", app => app.Tokens.GetTokenAsync(TokenKey.ForTenant("epr", "a1b2"), MistakenApp.Cancellation).AsTask(), "There is no client 'epr' in VismaConnect:Clients", "It has 'erp', 'nxt'"),
        Argument("asked for scopes as one text", app => Task.FromResult(TokenKey.ForTenant("erp", "a1b2").WithScopes("a b")), "'a b' is not a scope", "one word"),
        AtUse("asked for other scopes of a connection", app => Task.FromResult(TokenKey.ForConnection("nxt", "a").WithScopes("a")), "the scopes that the user consented to", "use another connection"),

        // Where to.
        AtUse("called another host", app => app.Http("erp").GetAsync("https://other.example/customer", MistakenApp.Cancellation), "The request goes to https://other.example, which is not an origin of API 'NetErp'", "Nothing was sent", "use another HttpClient"),
        AtUse("called the API by plain http", app => app.Http("erp").GetAsync("http://api.finance.visma.net/v1/customer", MistakenApp.Cancellation), "not an origin of API 'NetErp'", "Nothing was sent"),

        // What the identity server refuses.
        Refused("used a secret that was deleted", app => app.CallAsync(), "invalid_client", "secret") with
        {
            Settings = new() { ["Clients:erp:ClientSecret"] = "an-old-secret" },
        },
        Refused("used the client id of another application", app => app.CallAsync(), "invalid_client", "client id") with
        {
            Settings = new() { ["Clients:erp:ClientId"] = "isv_other" },
        },
        Refused("asked for a scope that was not granted", app => app.CallAsync(), "invalid_scope", "vismanet_erp_service_api:delete") with
        {
            Settings = new() { ["Clients:erp:Scopes:0"] = "vismanet_erp_service_api:delete" },
        },

        // Life of the application.
        new("asked for a token after the container was disposed", Reported.AtUse, typeof(ObjectDisposedException), "disposed")
        {
            Use = async app =>
            {
                ITokenSource tokens = app.Tokens;
                await ((IAsyncDisposable)app.Host).DisposeAsync();
                await tokens.GetTokenAsync(TokenKey.ForTenant("erp", app.Company.TenantId), MistakenApp.Cancellation);
            },
        },

        // Webhooks.
        Argument("read webhooks without a secret", app => Task.FromResult(new WebhookReader()), "A webhook needs the secret of its subscription", "Copy it from the Visma Developer Portal"),
        Argument("read webhooks with an empty secret", app => Task.FromResult(new WebhookReader("")), "not empty"),
        Argument("copied the secret of a webhook with a line break", app => Task.FromResult(new WebhookReader("secret\n")), "without white space around it"),
    ];

    private static Dictionary<string, string?> EAccounting => new()
    {
        ["Clients:ea:Authority"] = "EAccounting",
        ["Clients:ea:ClientId"] = "acme",
        ["Clients:ea:ClientSecret"] = "secret",
        ["Clients:ea:RedirectUri"] = MistakenApp.RedirectUri,
    };

    private static async Task GetAsync(MistakenApp app, string client, Func<HttpRequestMessage, HttpRequestMessage> name)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "customer");
        (await app.Http(client).SendAsync(name(request), MistakenApp.Cancellation)).Dispose();
    }

    private static Mistake AtUse(string did, Func<MistakenApp, Task> use, params string[] words) =>
        new(did, Reported.AtUse, typeof(InvalidOperationException), words) { Use = use };

    private static Mistake Argument(string did, Func<MistakenApp, Task> use, params string[] words) =>
        new(did, Reported.AtUse, typeof(ArgumentException), words) { Use = use };

    private static Mistake Refused(string did, Func<MistakenApp, Task> use, params string[] words) =>
        new(did, Reported.AtUse, typeof(VismaConnectException), words) { Use = use };

    private sealed class BoundClient(HttpClient http)
    {
        public async Task SendForAsync(string tenant)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, "customer");
            (await http.SendAsync(request.SetTenant(tenant), MistakenApp.Cancellation)).Dispose();
        }
    }
}

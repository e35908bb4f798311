using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk.Tests.FrontDoor.Mistakes;

/// <summary>Mistakes in the registration of services and of HttpClients.</summary>
internal static class RegistrationMistakes
{
    public static IEnumerable<Mistake> All { get; } =
    [
        // The settings are not there.
        AtStart("did not call AddVismaConnect", "names client 'erp'", "AddVismaConnect was not called", "services.AddVismaConnect(configuration.GetSection(\"VismaConnect\"))") with
        {
            Connect = (_, _) => { },
        },
        AtStart("misspelt the name of the section", "names client 'erp'", "VismaConect:Clients has no such entry", "Section 'VismaConect' of the configuration has no clients", "Check its name") with
        {
            Connect = (services, configuration) => services.AddVismaConnect(configuration.GetSection("VismaConect")),
        },
        AtStart("gave AddVismaConnect the whole configuration", "AddVismaConnect was called with the whole configuration", "configuration.GetSection(\"VismaConnect\")") with
        {
            Connect = (services, configuration) => services.AddVismaConnect(configuration),
        },
        AtStart("configured options of another name", "names client 'erp'", "VismaConnect:Clients has no such entry", "AddVismaConnect") with
        {
            Connect = (services, _) => services.Configure<VismaConnectOptions>("Visma", options => options.Clients["erp"] = new VismaClientOptions()),
        },
        AtStart("called AddVismaConnect with code that sets no client", "names client 'erp'", "VismaConnect:Clients has no such entry", "It is empty") with
        {
            Connect = (services, _) => services.AddVismaConnect(options => options.AllowConnectionsInMemory = true),
        },
        new("gave AddVismaConnect null", Reported.AtRegistration, typeof(ArgumentNullException), "configuration")
        {
            Connect = (services, _) => services.AddVismaConnect((IConfiguration)null!),
        },
        AtStart("emptied an authority in code", "Authorities:VismaConnect is empty", "Give it a BaseAddress, or remove it") with
        {
            Services = services => services.AddVismaConnect(options => options.Authorities["VismaConnect"] = null!),
        },
        AtStart("emptied a client in code", "Clients:erp is empty", "Give it a ClientId, or remove it") with
        {
            Services = services => services.AddVismaConnect(options => options.Clients["erp"] = null!),
        },

        // AddVismaToken.
        AtStart("named an unknown client in AddVismaToken", "AddVismaToken of HttpClient 'other' names client 'epr'", "VismaConnect:Clients has no such entry", "It has 'erp', 'nxt'") with
        {
            Services = services => services.AddHttpClient("other").AddVismaToken(VismaApi.NetErp, "epr"),
        },
        AtStart("named an unknown API in AddVismaToken", "AddVismaToken of HttpClient 'other' names API 'Erp'", "neither built in nor in VismaConnect:Apis", "'NetErp'") with
        {
            Services = services => services.AddHttpClient("other").AddVismaToken("Erp", "erp"),
        },
        AtStart("called AddVismaToken twice on one HttpClient", "AddVismaToken of HttpClient 'erp' was called more than once", "Use an HttpClient of another name") with
        {
            Services = services => services.AddHttpClient("erp").AddVismaToken(VismaApi.BusinessNxt, "nxt"),
        },
        AtStart("sent tokens of Visma Connect to eAccounting", "sends tokens of client 'erp', whose authority is 'VismaConnect', to API 'EAccounting'", "which accepts tokens of 'EAccounting'", "Set VismaConnect:Clients:erp:Authority to 'EAccounting', or use another client") with
        {
            Services = services => services.AddHttpClient("other").AddVismaToken(VismaApi.EAccounting, "erp"),
        },
        AtStart("gave AddVismaToken an API with a plain http address", "VismaApi 'Mine':BaseAddress is not an absolute https address", "Tokens are sent there") with
        {
            Services = services => services.AddHttpClient("other").AddVismaToken(new VismaApi("Mine", new Uri("http://api.example/")), "erp"),
        },
        new("called AddVismaToken with an empty client", Reported.AtRegistration, typeof(ArgumentException), "client")
        {
            Services = services => services.AddHttpClient("other").AddVismaToken(VismaApi.NetErp, " "),
        },
        new("called AddVismaToken for the defaults of all HttpClients", Reported.AtRegistration, typeof(InvalidOperationException), "Tokens are for one HttpClient at a time", "Call AddVismaToken on the builder that AddHttpClient returns")
        {
            Services = services => services.ConfigureHttpClientDefaults(http => http.AddVismaToken(VismaApi.NetErp, "erp")),
        },

        // Handlers.
        AtUse("replaced the primary handler by one of unknown kind", "HttpClient 'erp' has a primary handler, UnknownHandler, that may follow redirects", "Use SocketsHttpHandler", "AssumePrimaryHandlerNeverRedirects") with
        {
            Services = services => services.AddHttpClient("erp").ConfigurePrimaryHttpMessageHandler(() => new UnknownHandler()),
            Use = app => app.CallAsync(),
        },
        AtUse("silenced the logs by removing the filters", "HttpClient 'erp' was built without the handlers of Visma.Connect.Sdk", "RemoveAllLoggers()") with
        {
            Services = services =>
            {
                foreach (ServiceDescriptor filter in services.Where(service => service.ServiceType == typeof(IHttpMessageHandlerBuilderFilter)).ToArray())
                {
                    services.Remove(filter);
                }
            },
            Use = app => app.CallAsync(),
        },

        // Typed clients.
        AtUse("bound a typed client that is not registered", "There is no typed client ErpClient", "services.AddHttpClient<ErpClient>().AddVismaToken(...)") with
        {
            Use = app => Task.FromResult(app.Services.GetRequiredService<VismaClientFactory<ErpClient>>().ForTenant("a1b2")),
        },
        AtUse("bound a typed client without AddVismaToken", "The HttpClient of ErpClient carries no tokens", "Add .AddVismaToken(...)") with
        {
            Services = services => services.AddHttpClient<ErpClient>(),
            Use = app => Task.FromResult(app.Services.GetRequiredService<VismaClientFactory<ErpClient>>().ForTenant("a1b2")),
        },
        AtUse("bound a class that has no HttpClient", "WithoutHttp cannot be bound: neither it nor a transient service that it takes has an HttpClient", "inject VismaClientFactory<...> of the typed client there") with
        {
            Services = services => services.AddTransient<WithoutHttp>(),
            Use = app => Task.FromResult(app.Services.GetRequiredService<VismaClientFactory<WithoutHttp>>().ForTenant("a1b2")),
        },

        // Where connections are kept.
        AtStart("started in Production without a durable token cache", "User connections would be kept in memory only", "AddSqliteTokenCache of Visma.Connect.Sdk.Sqlite", "AllowConnectionsInMemory") with
        {
            Environment = "Production",
        },
        AtStart("expected IDistributedCache to keep connections", "User connections would be kept in memory only", "Register a durable token cache") with
        {
            Environment = "Production",
            Services = services => services.AddDistributedMemoryCache(),
        },

        // Warnings.
        InTheLog("left the grace period out", "Client 'nxt' has one-time refresh tokens and no grace period", "set a grace period of 60 seconds in the Visma Developer Portal") with
        {
            Settings = new() { ["Clients:nxt:GracePeriod"] = null },
        },
        InTheLog("let the code travel over plain http", "RedirectUri of client 'nxt' is plain http", "use https") with
        {
            Settings = new() { ["Clients:nxt:RedirectUri"] = "http://acme.example/visma/callback" },
        },
        InTheLog("broke the settings at run time", "The settings were changed and are invalid, so the last valid settings stay in use", "Clients:erp:ClientId is missing") with
        {
            Use = async app =>
            {
                await app.CallAsync();
                app.Configuration["VismaConnect:Clients:erp:ClientId"] = "";
                Assert.ThrowsAny<Exception>(app.Configuration.Reload);
                await app.CallAsync();
                await app.Tokens.GetTokenAsync(TokenKey.ForTenant("erp", app.Visma.AddCompany("Other AS").Grant(app.Erp).TenantId), MistakenApp.Cancellation);
            },
        },
    ];

    private static Mistake AtStart(string did, params string[] words) => new(did, Reported.AtStart, typeof(OptionsValidationException), words);

    private static Mistake AtUse(string did, params string[] words) => new(did, Reported.AtUse, typeof(InvalidOperationException), words);

    private static Mistake InTheLog(string did, params string[] words) => new(did, Reported.InTheLog, null, words);

    private sealed class UnknownHandler : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage());
    }

    private sealed class WithoutHttp;
}

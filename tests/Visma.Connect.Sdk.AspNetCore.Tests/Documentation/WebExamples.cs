using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk.AspNetCore.Tests.Documentation;

/// <summary>The code of docs/web-applications.md and of the README of the package, so that it compiles.</summary>
internal static class WebExamples
{
    public static void Services(WebApplicationBuilder builder, string sharedFolder)
    {
        builder.Services.AddDataProtection().PersistKeysToFileSystem(new DirectoryInfo(sharedFolder)).SetApplicationName("acme");
        builder.Services.AddVismaConnect().AddSqliteTokenCache("data/visma-tokens.db").ProtectTokensWithDataProtection();

        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
    }

    public static void Endpoints(WebApplication app)
    {
        app.MapVismaConnect(options => options.AuthorizeConnection = attempt =>
            new(attempt.IsReconnectLink || attempt.User.HasClaim("customer", attempt.Connection)));
    }

    public static void Policy(WebApplicationBuilder builder, WebApplication app)
    {
        builder.Services.AddAuthorizationBuilder().AddPolicy("connect", policy => policy.RequireAssertion(context =>
            context.Resource is ConnectionAttempt attempt && (attempt.IsReconnectLink || context.User.HasClaim("customer", attempt.Connection))));

        app.MapVismaConnect(options => options.AuthorizationPolicy = "connect");
    }

    public static void OwnPages(WebApplication app)
    {
        app.MapVismaConnect(options =>
        {
            options.AuthorizeConnection = attempt => new(attempt.User.HasClaim("customer", attempt.Connection));
            options.ConfigureRequest = (attempt, request) => request.UiLocales = "nb-NO";
            options.SuccessPath = "/companies";
            options.Respond = outcome => new(outcome.Kind == ConnectionOutcomeKind.Failed
                ? Results.Redirect($"/problem?status={outcome.StatusCode}")
                : null);
        });
    }

    public static async Task<Uri> Link(VismaReconnectLinks links, CancellationToken cancellationToken)
    {
        Uri link = await links.CreateAsync(new Uri("https://portal.acme.example"), "eaccounting", "customer-42", TimeSpan.FromDays(7), cancellationToken);

        return link;
    }

    public static void Errors(WebApplicationBuilder builder, WebApplication app)
    {
        builder.Services.AddVismaProblemDetails();

        app.UseExceptionHandler();
    }

    public static void Tokens(WebApplicationBuilder builder)
    {
        builder.Services.AddHttpClient("eaccounting").AddVismaToken(VismaApi.EAccounting, client: "eaccounting")
            .UseTokenOf(context => TokenKey.ForConnection("eaccounting", context.User.FindFirstValue("customer")!));
    }

    public static string Begin(VismaConnections connections, Dictionary<string, string> session)
    {
        AuthorizationRequest start = connections.Begin("eaccounting", "customer-42", new() { SelectCompany = true });
        session[$"visma {start.State}"] = start.ToJson();
        string sendTheBrowserTo = start.Url.AbsoluteUri;

        return sendTheBrowserTo;
    }

    public static async Task<VismaConnection> CompleteAsync(
        VismaConnections connections,
        Dictionary<string, string> session,
        string queryOfTheCallback,
        CancellationToken cancellationToken)
    {
        AuthorizationResponse callback = AuthorizationResponse.FromQuery(queryOfTheCallback);
        session.TryGetValue($"visma {callback.State}", out string? stored);
        VismaConnection connected = await connections.CompleteAsync(AuthorizationRequest.FromJson(stored), callback, cancellationToken);

        return connected;
    }
}

using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk.Tests.FrontDoor.Mistakes;

/// <summary>Mistakes with a durable cache, and with calls that block.</summary>
internal static class StorageMistakes
{
    public static IEnumerable<Mistake> All { get; } =
    [
        new("named a folder as the SQLite file", Reported.AtStart, typeof(OptionsValidationException), "Tokens cannot be stored in", "it is a folder", "Name a file in AddSqliteTokenCache")
        {
            Settings = Keys,
            Services = services => services.AddVismaConnect(_ => { }).AddSqliteTokenCache(Path.GetTempPath()),
        },
        new("gave AddSqliteTokenCache a connection string", Reported.AtRegistration, typeof(ArgumentException), "The path of a file is expected", "not a connection string")
        {
            Services = services => services.AddVismaConnect(_ => { }).AddSqliteTokenCache("Data Source=tokens.db"),
        },
        new("gave AddSqliteTokenCache a database in memory", Reported.AtRegistration, typeof(ArgumentException), "The path of a file is expected", "For tokens in memory, do not register a cache")
        {
            Services = services => services.AddVismaConnect(_ => { }).AddSqliteTokenCache(":memory:"),
        },
        new("kept tokens without a key", Reported.AtStart, typeof(OptionsValidationException), "its entries would not be encrypted", "TokenProtection:Keys", "openssl rand -base64 32", "ProtectTokensWithDataProtection")
        {
            Services = services => services.AddVismaConnect(_ => { }).AddSqliteTokenCache(Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.db")),
        },
        new("called the API by the synchronous Send", Reported.AtUse, typeof(NotSupportedException), "The synchronous HttpClient.Send can only use a token that is in memory", "Use SendAsync, or await ITokenSource.GetTokenAsync")
        {
            Use = app =>
            {
                using HttpRequestMessage request = new(HttpMethod.Get, "customer");
                app.Http("erp").Send(request.SetTenant(app.Company.TenantId), MistakenApp.Cancellation).Dispose();
                return Task.CompletedTask;
            },
        },
    ];

    private static Dictionary<string, string?> Keys => new() { ["TokenProtection:Keys:2026"] = "Zmlyc3Qga2V5LCBmb3IgdGVzdHMgb25seSwgMzIgYi4=" };
}

using Visma.Connect.Sdk;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddVismaConnect().AddSqliteTokenCache("visma-tokens.db").ProtectTokensWithDataProtection();
builder.Services.AddVismaProblemDetails().AddHttpClient("eaccounting").AddVismaToken(VismaApi.EAccounting, client: "eaccounting")
    .UseTokenOf(context => TokenKey.ForConnection("eaccounting", (string)context.GetRouteValue("customer")!));

WebApplication app = builder.Build();
app.UseExceptionHandler();
app.MapVismaConnect(options => options.AuthorizeConnection = attempt => new(
    app.Environment.IsDevelopment() || attempt.IsReconnectLink || attempt.User.HasClaim("customer", attempt.Connection)));
app.MapGet("/companies/{customer}", (IHttpClientFactory http) => http.CreateClient("eaccounting").GetStringAsync("companysettings"));
app.Run();

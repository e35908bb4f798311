using System.Globalization;
using System.Text.Json;
using Visma.Connect.Sdk;

namespace ConnectCompany;

/// <summary>All steps of a connection: begin it in the browser, show it, use it, renew it, end it.</summary>
internal sealed class Tour(BrowserSignIn signIn, VismaConnections connections, ITokenSource tokens, IHttpClientFactory http, ApiExample example)
{
    private const string Customer = "customer-42";

    public async Task RunAsync(BrowserSignInOptions options, CancellationToken cancellationToken)
    {
        if (options.OpenBrowser is null)
        {
            Console.WriteLine("Opening the browser ... Ctrl+C ends the wait.");
        }

        VismaConnection connection = await signIn.ConnectAsync("app", Customer, options, cancellationToken);
        Show(connection);

        Console.WriteLine($"Call       {await CallAsync(cancellationToken)}");

        AccessToken before = await tokens.GetTokenAsync(connection.Key, cancellationToken);
        if (before.ExpiresAt - before.ObtainedAt < TimeSpan.FromMinutes(1))
        {
            await Task.Delay(before.ExpiresAt - before.ObtainedAt, cancellationToken);
            Console.WriteLine($"Later      {await CallAsync(cancellationToken)}");
            AccessToken after = await tokens.GetTokenAsync(connection.Key, cancellationToken);
            Console.WriteLine($"Renewed    {(after.ObtainedAt > before.ObtainedAt ? "yes, by itself" : "no")}");
        }
        else
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Renewed    by itself, before {before.ExpiresAt:u}"));
        }

        Disconnection end = await connections.DisconnectAsync("app", Customer, cancellationToken);
        Console.WriteLine($"Ended      {(end.RevocationFailure is null ? "removed here, revoked at Visma" : $"removed here; {end.RevocationFailure.Message}")}");
    }

    private async Task<string> CallAsync(CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = example.Request().SetConnection(Customer);
        using HttpResponseMessage response = await http.CreateClient("api").SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return example.Describe(JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken)));
    }

    private static void Show(VismaConnection connection)
    {
        Console.WriteLine($"Connected  {connection.Name} to {string.Join(", ", connection.Apis)}: {connection.State}");
        Console.WriteLine($"Scopes     {string.Join(' ', connection.GrantedScopes)}");
        Console.WriteLine($"Company    {(connection.Company is null ? "not in the token" : "known")}");
        Console.WriteLine($"Renewable  {(connection.HasRefreshToken ? "yes" : "no")}");
    }
}

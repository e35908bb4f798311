namespace PretendedApplication.Application;

/// <summary>A typed client, as the application registers it with <c>AddHttpClient&lt;ErpClient&gt;().AddVismaToken(...)</c>.</summary>
public class ErpClient(HttpClient http)
{
    /// <exception cref="UnauthorizedAccessException">The API refused the token; the message says why.</exception>
    public async Task<string> GetCustomersAsync(CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await http.GetAsync(new Uri("customer", UriKind.Relative), cancellationToken);
        return response.GetBearerChallenge() is { } challenge
            ? throw new UnauthorizedAccessException(Explain(challenge))
            : await response.Content.ReadAsStringAsync(cancellationToken);
    }

    public static string Explain(BearerChallenge challenge) => challenge.Error == "insufficient_scope"
        ? $"Ask for the scope {challenge.Scope}."
        : $"Visma refused the token: {challenge.ErrorDescription}";
}

using System.Collections.Concurrent;
using System.Text.Json;
using Visma.Connect.Sdk;

namespace CompanyPortal;

/// <summary>Calls the APIs for the signed-in user's customer, and keeps when each connection was last used.</summary>
internal sealed partial class ApiCalls(IHttpClientFactory http, TimeProvider time, ILogger<ApiCalls> logger)
{
    private const int MostNames = 10;

    // Since the start of this process. A real portal keeps it in its database.
    private readonly ConcurrentDictionary<TokenKey, DateTimeOffset> _lastUse = [];

    public DateTimeOffset? LastUseOf(TokenKey connection) => _lastUse.TryGetValue(connection, out DateTimeOffset at) ? at : null;

    /// <summary>Lists some customers, organisations or companies.</summary>
    /// <param name="product">The product.</param>
    /// <param name="customer">The customer of the signed-in user.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ReauthorizationRequiredException">The company is not connected, or its connection has ended.</exception>
    public async Task<ApiList> ListAsync(Product product, string customer, CancellationToken cancellationToken)
    {
        try
        {
            using HttpRequestMessage request = product.ListRequest();
            using HttpResponseMessage response = await http.CreateClient(product.Client).SendAsync(request, cancellationToken);
            _lastUse[TokenKey.ForConnection(product.Client, customer)] = time.GetUtcNow();
            if (await response.ExplainAsync(cancellationToken) is { } refusal)
            {
                LogRefusal(product.Title, refusal.ToString());
                return new ApiList([], 0, $"{product.Title} refused the call ({(int)refusal.StatusCode}).");
            }

            JsonElement reply = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            string[] names = [.. product.Names(reply).OfType<string>()];
            return new ApiList(names[..Math.Min(names.Length, MostNames)], names.Length, Problem: null);
        }
        catch (Exception failure) when (failure is VismaConnectException and not ReauthorizationRequiredException or HttpRequestException)
        {
            LogRefusal(product.Title, failure.Message);
            return new ApiList([], 0, $"{product.Title} cannot be reached for now. Try again later.");
        }
    }

    // The messages of the library and of the APIs are for the operator of the portal.
    [LoggerMessage(Level = LogLevel.Warning, Message = "A call of {Product} failed: {Reason}")]
    private partial void LogRefusal(string product, string reason);
}

/// <summary>What an API answered: the first names and how many there are, or a problem in one sentence.</summary>
internal sealed record ApiList(IReadOnlyList<string> Names, int Count, string? Problem);

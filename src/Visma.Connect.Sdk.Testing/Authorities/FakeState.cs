using System.Collections.Concurrent;

namespace Visma.Connect.Sdk.Testing;

/// <summary>
/// The clients, companies and users of a FakeVisma, and the access tokens that its authorities issued. All endpoints share it.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class FakeState(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, FakeClient> _clients = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FakeCompany> _companies = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FakeAccessToken> _tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<FakeUser> _users = new();
    private readonly ConcurrentQueue<string> _secrets = new();
    private int _lastCompanyId = 1_000_000;

    public TimeProvider Time => time;

    /// <summary>The users in the order in which they were added. Each enumeration shows the users of its time.</summary>
    public IEnumerable<FakeUser> Users => _users;

    public IEnumerable<FakeCompany> Companies => _companies.Values.Distinct();

    public FakeClient AddClient(string clientId, IEnumerable<string> scopes)
    {
        FakeClient client = new(clientId, [.. scopes]);
        _clients[client.ClientId] = client;
        return client;
    }

    public FakeCompany AddCompany(string name, int customers, string? tenantId)
    {
        FakeCompany company = new(name, customers, tenantId ?? Guid.NewGuid().ToString(), Interlocked.Increment(ref _lastCompanyId));
        _companies[company.TenantId] = company;
        _companies[company.CustomerTenantId] = company;
        return company;
    }

    public FakeUser AddUser(string name, IEnumerable<FakeCompany> companies)
    {
        FakeUser user = new(name, [.. companies]);
        _users.Enqueue(user);
        return user;
    }

    public void Add(FakeAccessToken token)
    {
        _tokens[token.Value] = token;
        AddSecret(token.Value);
    }

    /// <summary>Records a token that an application gets.</summary>
    public void AddSecret(string secret) => _secrets.Enqueue(secret);

    /// <summary>The tokens that applications got, and the secrets of the applications.</summary>
    public IEnumerable<string> Secrets => _secrets.Concat(_clients.Values.SelectMany(client => client.Secrets));

    public FakeClient? FindClient(string? clientId) => clientId is null ? null : _clients.GetValueOrDefault(clientId);

    /// <summary>Finds the company of a tenant id: the id of its company tenant or of its customer tenant.</summary>
    public FakeCompany? FindCompany(string tenantId) => _companies.GetValueOrDefault(tenantId);

    /// <summary>
    /// Finds the access token of a request. Null when the request has none, or when the token is from another authority, expired or
    /// revoked.
    /// </summary>
    public FakeAccessToken? FindToken(FakeRequest request, VismaAuthority authority) =>
        request.BearerToken is { } value && _tokens.TryGetValue(value, out FakeAccessToken? token)
            && token.Authority == authority.Name && token.Grant?.IsRevoked != true && time.GetUtcNow() < token.ExpiresAt
            ? token
            : null;

    public void InvalidateTokens() => _tokens.Clear();
}

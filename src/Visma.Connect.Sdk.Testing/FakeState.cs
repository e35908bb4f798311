using System.Collections.Concurrent;

namespace Visma.Connect.Sdk.Testing;

/// <summary>What FakeVisma knows: its clients, companies and users, and what it gave out.</summary>
internal sealed class FakeState(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, FakeClient> _clients = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FakeCompany> _companies = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FakeToken> _tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<FakeUser> _users = new();
    private readonly ConcurrentQueue<FakeGrant> _grants = new();

    public TimeProvider Time => time;

    public FakePresentations Presentations { get; } = new();

    /// <summary>The users in the order in which they were added.</summary>
    public IEnumerable<FakeUser> Users => _users;

    public IEnumerable<FakeCompany> Companies => _companies.Values.Distinct();

    public void Add(FakeClient client) => _clients[client.ClientId] = client;

    public void Add(FakeCompany company)
    {
        _companies[company.TenantId] = company;
        _companies[company.CustomerTenantId] = company;
    }

    public void Add(FakeUser user) => _users.Enqueue(user);

    public void Add(FakeGrant grant) => _grants.Enqueue(grant);

    public void Add(FakeToken token) => _tokens[token.Value] = token;

    public FakeClient? FindClient(string? clientId) => clientId is null ? null : _clients.GetValueOrDefault(clientId);

    /// <summary>The company of a tenant id, whether that is the company's own or the customer's.</summary>
    public FakeCompany? FindCompany(string tenantId) => _companies.GetValueOrDefault(tenantId);

    /// <summary>The good token that a request bears, if it has one of this authority.</summary>
    public FakeToken? FindToken(FakeRequest request, VismaAuthority authority) =>
        request.BearerToken is { } value && _tokens.TryGetValue(value, out FakeToken? token)
            && token.Authority == authority.Name && token.Grant?.IsRevoked != true && time.GetUtcNow() < token.ExpiresAt
            ? token
            : null;

    public void InvalidateTokens() => _tokens.Clear();

    public void RevokeGrants(Func<FakeGrant, bool> which)
    {
        foreach (FakeGrant grant in _grants.Where(which))
        {
            grant.Revoke();
        }
    }
}

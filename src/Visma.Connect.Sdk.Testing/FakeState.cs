using System.Collections.Concurrent;

namespace Visma.Connect.Sdk.Testing;

/// <summary>What FakeVisma knows: its clients, companies, and the tokens it gave out.</summary>
internal sealed class FakeState(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, FakeClient> _clients = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FakeCompany> _companies = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FakeToken> _tokens = new(StringComparer.Ordinal);

    public TimeProvider Time => time;

    public void Add(FakeClient client) => _clients[client.ClientId] = client;

    public void Add(FakeCompany company)
    {
        _companies[company.TenantId] = company;
        _companies[company.CustomerTenantId] = company;
    }

    public FakeClient? FindClient(string? clientId) => clientId is null ? null : _clients.GetValueOrDefault(clientId);

    /// <summary>The company of a tenant id, whether that is the company's own or the customer's.</summary>
    public FakeCompany? FindCompany(string tenantId) => _companies.GetValueOrDefault(tenantId);

    public void Add(FakeToken token) => _tokens[token.Value] = token;

    public FakeToken? FindToken(string value) =>
        _tokens.TryGetValue(value, out FakeToken? token) && time.GetUtcNow() < token.ExpiresAt ? token : null;

    public void InvalidateTokens() => _tokens.Clear();
}

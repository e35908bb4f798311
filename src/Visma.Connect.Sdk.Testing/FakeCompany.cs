using System.Globalization;

namespace Visma.Connect.Sdk.Testing;

/// <summary>A customer's company at <see cref="FakeVisma"/>.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class FakeCompany
{
    private readonly Lock _lock = new();
    private readonly List<string> _customers = [];
    private readonly HashSet<FakeClient> _granted = [];

    internal FakeCompany(string name, int customers, string tenantId, int companyId)
    {
        Name = name;
        TenantId = tenantId;
        CompanyId = companyId;
        for (int number = 1; number <= customers; number++)
        {
            _customers.Add(string.Create(CultureInfo.InvariantCulture, $"{name}, customer {number}"));
        }
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The company tenant: the id to ask tokens for.</summary>
    public string TenantId { get; }

    /// <summary>The customer tenant that owns the company: gives out tokens as well, and the API answers them with 401, as Visma's does.</summary>
    public string CustomerTenantId { get; } = Guid.NewGuid().ToString();

    /// <summary>Its number: what <c>ipp-company-id</c> says at the legacy VNI, and <c>companyNo</c> in Business NXT.</summary>
    public int CompanyId { get; }

    /// <summary>Its organisation id in Dinero: the segment of the path.</summary>
    public string OrganizationId => CompanyId.ToString(CultureInfo.InvariantCulture);

    /// <summary>The names of its customers in the ERP.</summary>
    public IReadOnlyList<string> Customers
    {
        get
        {
            lock (_lock)
            {
                return [.. _customers];
            }
        }
    }

    /// <summary>Approves the application for this company, as an administrator does in Visma App Store.</summary>
    /// <param name="client">The application.</param>
    /// <returns>This company.</returns>
    public FakeCompany Grant(FakeClient client)
    {
        lock (_lock)
        {
            _granted.Add(client);
        }

        return this;
    }

    /// <summary>Withdraws the approval: no new tokens.</summary>
    /// <param name="client">The application.</param>
    public void Withdraw(FakeClient client)
    {
        lock (_lock)
        {
            _granted.Remove(client);
        }
    }

    internal bool HasGranted(FakeClient client)
    {
        lock (_lock)
        {
            return _granted.Contains(client);
        }
    }

    internal int AddCustomer(string name)
    {
        lock (_lock)
        {
            _customers.Add(name);
            return _customers.Count;
        }
    }
}

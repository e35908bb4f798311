using System.Globalization;

namespace Visma.Connect.Sdk.Testing;

/// <summary>A customer's company at <see cref="FakeVisma"/>: see <see cref="FakeVisma.AddCompany"/>.</summary>
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

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The id of the company tenant. An application requests tokens for this id.</summary>
    public string TenantId { get; }

    /// <summary>
    /// The id of the customer tenant that owns the company. As at Visma, tokens for it are issued, and the API answers them with 401.
    /// </summary>
    public string CustomerTenantId { get; } = Guid.NewGuid().ToString();

    /// <summary>The number of the company: <c>ipp-company-id</c> at the legacy VNI, and <c>companyNo</c> in Business NXT.</summary>
    public int CompanyId { get; }

    /// <summary>The organisation id in Dinero, a segment of the path.</summary>
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

    /// <summary>Withdraws the approval. New tokens are refused from now on; tokens that were issued before stay valid.</summary>
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

namespace VniMigration;

/// <summary>A customer company on its way from VNI to Visma Connect.</summary>
internal sealed class Customer(string name)
{
    public string Name { get; } = name;

    /// <summary>The company in VNI; null once nothing is called by VNI any more.</summary>
    public string? VniCompany { get; set; }

    /// <summary>The company's tenant at Visma Connect; null until it has approved the application.</summary>
    public string? Tenant { get; set; }
}

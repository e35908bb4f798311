namespace VniMigration;

/// <summary>A customer company that moves from VNI to Visma Connect.</summary>
internal sealed class Customer(string name)
{
    public string Name { get; } = name;

    /// <summary>The company id in VNI. Null when the calls no longer use VNI.</summary>
    public string? VniCompany { get; set; }

    /// <summary>The company's tenant id at Visma Connect. Null until the company has approved the application.</summary>
    public string? Tenant { get; set; }
}

namespace CompanyPortal;

/// <summary>The products whose clients are in the settings.</summary>
internal sealed class Products(IReadOnlyList<Product> all)
{
    public IReadOnlyList<Product> All => all;

    public Product? Find(string client) => all.FirstOrDefault(product => product.Client.Equals(client, StringComparison.OrdinalIgnoreCase));
}

namespace Visma.Connect.Sdk.Testing;

/// <summary>A person who can sign in at <see cref="FakeVisma"/> and consent: see <see cref="FakeVisma.AddUser"/>.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class FakeUser
{
    private readonly Lock _lock = new();
    private readonly HashSet<FakeCompany> _withoutApiUserRole = [];

    internal FakeUser(string name, IReadOnlyList<FakeCompany> companies)
    {
        Name = name;
        Companies = companies;
        Email = MailboxOf(name) + "@example.com";
    }

    /// <summary>The name, which the sign-in pages show.</summary>
    public string Name { get; }

    /// <summary>The e-mail address, which is made from the name: <c>kari.nordmann@example.com</c>.</summary>
    public string Email { get; }

    /// <summary>The user's id, the claim <c>sub</c>. A new GUID for each user.</summary>
    public string Subject { get; } = Guid.NewGuid().ToString();

    /// <summary>The companies that the user can choose.</summary>
    public IReadOnlyList<FakeCompany> Companies { get; }

    /// <summary>
    /// Removes the role API User in one company. When the user signs in for that company with interactive scopes of Visma.net ERP, the
    /// token request is answered <c>invalid_tenant</c>.
    /// </summary>
    /// <param name="company">One of the user's companies.</param>
    /// <returns>This user.</returns>
    public FakeUser WithoutApiUserRole(FakeCompany company)
    {
        lock (_lock)
        {
            _withoutApiUserRole.Add(company);
        }

        return this;
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    private static string MailboxOf(string name)
    {
        IEnumerable<string> words = name.Split(' ').Select(word => string.Concat(word.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant());
        string mailbox = string.Join('.', words.Where(word => word.Length > 0));
        return mailbox.Length > 0 ? mailbox : "user";
    }

    internal bool IsApiUserOf(FakeCompany company)
    {
        lock (_lock)
        {
            return !_withoutApiUserRole.Contains(company);
        }
    }
}

namespace Visma.Connect.Sdk;

/// <summary>The settings of <c>AddVismaConnect</c>.</summary>
/// <remarks>
/// Read when a token is asked for, never captured at start: a changed secret counts from the next token request on, without a restart.
/// Checked when a host starts, and at first use; wrong settings are an <see cref="Microsoft.Extensions.Options.OptionsValidationException"/>
/// that names the setting. Names compare without case.
/// </remarks>
public sealed class VismaConnectOptions
{
    // Where the settings came from, so that a message can name them in full. A field, because configuration binds every property that its generator sees.
    internal string Section = "VismaConnect";

    /// <summary>The clients: each is one application of the Visma Developer Portal, under a name of your own.</summary>
    public IDictionary<string, VismaClientOptions> Clients { get; } = new Dictionary<string, VismaClientOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Identity servers besides the built-in <c>VismaConnect</c>, <c>EAccounting</c> and <c>Vni</c>; an entry with one of these names
    /// moves that server, for every client that uses it.
    /// </summary>
    public IDictionary<string, VismaAuthorityOptions> Authorities { get; } = new Dictionary<string, VismaAuthorityOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// APIs besides those of <see cref="VismaApi"/>; an entry with the name of one of these changes it, for every HttpClient that uses it.
    /// </summary>
    public IDictionary<string, VismaApiOptions> Apis { get; } = new Dictionary<string, VismaApiOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Whether user connections may be kept in <see cref="MemoryTokenCache"/> outside the environment <c>Development</c>: a restart loses
    /// them, and every user has to connect again. Default: no.
    /// </summary>
    public bool AllowConnectionsInMemory { get; set; }

    /// <summary>
    /// The keys that encrypt what a durable token cache stores; where an <see cref="ITokenProtector"/> is registered, they only decrypt what they
    /// once encrypted. On .NET 10 and later.
    /// </summary>
    public TokenProtectionOptions TokenProtection { get; } = new();

    /// <summary>
    /// Whether a durable token cache may store tokens that nothing encrypts: whoever reads the database, or a backup of it, has the tokens of
    /// every customer. With a protector it means that entries from before it are read too. Default: no. A change needs a restart, as does the
    /// first key.
    /// </summary>
    public bool AllowUnprotectedTokens { get; set; }

    /// <summary>Whether clients of the legacy Visma.net Integrations (VNI), which Visma is shutting down, may be used. Default: no.</summary>
    public bool AllowLegacyVni { get; set; }

    internal string DescribeClients() => Clients.Count == 0
        ? "It is empty: was the section found?"
        : $"It has {string.Join(", ", Clients.Keys.Select(name => $"'{name}'"))}.";

    internal VismaAuthority? FindAuthority(string name) =>
        Authorities.TryGetValue(name, out VismaAuthorityOptions? settings)
            ? settings?.Resolve(name)
            : VismaAuthority.FindBuiltIn(name);

    internal VismaApi? FindApi(string name, VismaApi? given)
    {
        Apis.TryGetValue(name, out VismaApiOptions? settings);
        VismaApi? known = given ?? VismaApi.FindBuiltIn(settings?.BasedOn ?? name);
        return settings is null ? known : settings.Resolve(name, known);
    }
}

namespace Visma.Connect.Sdk;

/// <summary>The settings of <c>AddVismaConnect</c>.</summary>
/// <remarks>
/// The settings are read when a token is requested, not only at start: a changed secret is used from the next token request on, without a
/// restart. They are checked when a host starts, and at first use. Invalid settings throw an
/// <see cref="Microsoft.Extensions.Options.OptionsValidationException"/> that names the setting. Names compare without case.
/// </remarks>
public sealed class VismaConnectOptions
{
    // The path of the section, for messages. A field, because the binding generator of the configuration binds each property.
    internal string Section = "VismaConnect";

    // A section that is registered twice is bound once: binding adds to lists.
    internal readonly HashSet<string> BoundSections = [];

    // Whether AddVismaConnect was called: AddVismaToken registers these options too.
    internal bool IsConfigured;

    /// <summary>The clients: each is one application of the Visma Developer Portal, under a name that you choose.</summary>
    public IDictionary<string, VismaClientOptions> Clients { get; } = new Dictionary<string, VismaClientOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Identity servers in addition to the built-in <c>VismaConnect</c>, <c>EAccounting</c> and <c>Vni</c>. An entry with one of these names
    /// changes that server for each client that uses it. <see cref="AddAuthority"/> adds one that is a value in code.
    /// </summary>
    public IDictionary<string, VismaAuthorityOptions> Authorities { get; } = new Dictionary<string, VismaAuthorityOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// APIs in addition to the APIs of <see cref="VismaApi"/>. An entry with the name of one of these changes that API for each HttpClient that
    /// uses it.
    /// </summary>
    public IDictionary<string, VismaApiOptions> Apis { get; } = new Dictionary<string, VismaApiOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Whether user connections may be kept in <see cref="MemoryTokenCache"/> outside the environment <c>Development</c>. A restart loses them, and
    /// every user has to connect again. Default: false.
    /// </summary>
    public bool AllowConnectionsInMemory { get; set; }

    /// <summary>
    /// Whether traces and metrics (<see cref="VismaTelemetry"/>) name the tenant. With many tenants, that makes many time series. Default: false.
    /// </summary>
    public bool IncludeTenantInTelemetry { get; set; }

    /// <summary>
    /// How many service tokens are requested at once from one identity server, and how many user tokens are renewed at once there. The others wait
    /// for their turn, without a time limit; renewals with waiting callers come first. Fewer if the cache has a lower
    /// <see cref="TokenCache.TokenCacheLimit"/>: 8 with SQLite. Default: 32. From 1 to 1,000.
    /// </summary>
    public int MaxConcurrentTokenRequests { get; set; } = 32;

    /// <summary>What happens when an identity server is slow, busy or down: repeats, and the circuit breaker.</summary>
    public TokenRequestOptions TokenRequests { get; } = new();

    /// <summary>Webhooks: the secrets of their subscriptions.</summary>
    public WebhookOptions Webhooks { get; } = new();

    /// <summary>
    /// The keys that encrypt the entries of a durable token cache. If an <see cref="ITokenProtector"/> is registered, they only decrypt the entries
    /// that they encrypted before. On .NET 10 and later.
    /// </summary>
    public TokenProtectionOptions TokenProtection { get; } = new();

    /// <summary>
    /// Whether a durable token cache may store tokens unencrypted. The database and each of its backups then contain the tokens of every customer
    /// in readable form. With a key or an <see cref="ITokenProtector"/>, entries that were stored unencrypted can still be read. Default: false. A
    /// change needs a restart, and so does the first key.
    /// </summary>
    public bool AllowUnprotectedTokens { get; set; }

    /// <summary>Whether clients of the legacy Visma.net Integrations (VNI), which Visma is shutting down, may be used. Default: false.</summary>
    [Obsolete(LegacyVni.Advice, DiagnosticId = LegacyVni.DiagnosticId, UrlFormat = LegacyVni.Url)]
    public bool AllowLegacyVni { get; set; }

    /// <summary>
    /// Adds an identity server from code. An entry of <see cref="Authorities"/> with its name, for example from the configuration, changes it; so does
    /// a later authority with the same name.
    /// </summary>
    /// <param name="authority">The identity server. Clients name it by its <see cref="VismaAuthority.Name"/>.</param>
    /// <returns>These settings.</returns>
    /// <exception cref="ArgumentException">The name is empty or white space.</exception>
    public VismaConnectOptions AddAuthority(VismaAuthority authority)
    {
        ArgumentNullException.ThrowIfNull(authority);
        ArgumentException.ThrowIfNullOrWhiteSpace(authority.Name, nameof(authority));
        if (!Authorities.TryGetValue(authority.Name, out VismaAuthorityOptions? settings) || settings is null)
        {
            Authorities[authority.Name] = settings = new VismaAuthorityOptions();
        }

        settings.Given = authority;
        return this;
    }

    internal string DescribeClients() => Clients.Count == 0
        ? WhyEmpty()
        : $"It has {string.Join(", ", Clients.Keys.Select(name => $"'{name}'"))}.";

    private string WhyEmpty() => !IsConfigured
        ? $"AddVismaConnect was not called: add services.AddVismaConnect(configuration.GetSection(\"{Section}\"))."
        : BoundSections.Count > 0
            ? $"Section '{string.Join("', '", BoundSections)}' of the configuration has no clients. Check its name, and that its file or source is read."
            : "It is empty. Call AddVismaConnect with the section, or with code that sets the clients.";

    internal VismaAuthority? FindAuthority(string name, KnownMetadata? metadata = null) =>
        Authorities.TryGetValue(name, out VismaAuthorityOptions? settings)
            ? settings?.Resolve(name, metadata)
            : VismaAuthority.FindBuiltIn(name);

    internal VismaApi? FindApi(string name, VismaApi? given)
    {
        Apis.TryGetValue(name, out VismaApiOptions? settings);
        VismaApi? known = given ?? VismaApi.FindBuiltIn(settings?.BasedOn ?? name);
        return settings is null ? known : settings.Resolve(name, known);
    }
}

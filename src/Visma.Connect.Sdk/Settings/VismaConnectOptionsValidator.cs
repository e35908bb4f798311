using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>Checks all settings. Each message names the setting and the remedy.</summary>
internal sealed class VismaConnectOptionsValidator(TokenRegistrations registrations) : IValidateOptions<VismaConnectOptions>
{
    private const int MostTokenRequests = 1_000;

    private volatile VismaConnectOptions? _lastGood;

    /// <summary>The newest settings that were valid; null if no settings have been valid yet.</summary>
    public VismaConnectOptions? LastGood => _lastGood;

    public ValidateOptionsResult Validate(string? name, VismaConnectOptions options)
    {
        // Plain loops: each iterator and each query over a dictionary is compiled at the start of every application.
        List<string> faults = [];
        foreach (KeyValuePair<string, VismaAuthorityOptions> authority in options.Authorities)
        {
            faults.AddRange(AuthorityFaults.Of($"{options.Section}:Authorities:{authority.Key}", authority.Key, authority.Value));
        }

        foreach (KeyValuePair<string, VismaApiOptions> api in options.Apis)
        {
            faults.AddRange(ApiFaults(options, api.Key, api.Value));
        }

        foreach (KeyValuePair<string, VismaClientOptions> client in options.Clients)
        {
            faults.AddRange(FaultsOfClient(options, client.Key, client.Value));
        }

        faults.AddRange(ConcurrencyFaults(options));
        faults.AddRange(TokenRequestFaults.Of(options.TokenRequests, $"{options.Section}:{nameof(options.TokenRequests)}"));
        faults.AddRange(WebhookFaults.Of(options.Webhooks, $"{options.Section}:{nameof(options.Webhooks)}"));
        faults.AddRange(TokenProtectionFaults.Of(options.TokenProtection, $"{options.Section}:{nameof(options.TokenProtection)}"));
        foreach (TokenRegistration registration in RegistrationsOf(name))
        {
            faults.AddRange(RegistrationFaults(options, registration).Except(faults));
        }

        if (faults.Count > 0)
        {
            return ValidateOptionsResult.Fail(faults);
        }

        _lastGood = options;
        return ValidateOptionsResult.Success;
    }

    // AddVismaToken uses the default options. Named options of the application have no registrations.
    private TokenRegistration[] RegistrationsOf(string? name) => string.IsNullOrEmpty(name) ? registrations.All : [];

    private static IEnumerable<string> ConcurrencyFaults(VismaConnectOptions options) => options.MaxConcurrentTokenRequests is >= 1 and <= MostTokenRequests
        ? []
        : [FormattableString.Invariant($"{options.Section}:MaxConcurrentTokenRequests is {options.MaxConcurrentTokenRequests}. ")
            + FormattableString.Invariant($"Use a number from 1 to {MostTokenRequests}; 32 is the default.")];

    private List<string> ApiFaults(VismaConnectOptions options, string name, VismaApiOptions? settings)
    {
        List<string> faults = [];
        string path = $"{options.Section}:Apis:{name}";
        if (settings is null)
        {
            faults.Add($"{path} is empty. Give it a BaseAddress, or remove it.");
            return faults;
        }

        // An API that AddVismaToken was given as a value has an address. Only an API of the settings alone needs an address here.
        VismaApi? given = registrations.All
            .FirstOrDefault(registration => string.Equals(registration.ApiName, name, StringComparison.OrdinalIgnoreCase))?.Api;
        if (settings.BasedOn is not null && VismaApi.FindBuiltIn(settings.BasedOn) is null)
        {
            faults.Add($"{path}:BasedOn is '{settings.BasedOn}', which is not a built-in API. Use {Names(VismaApi.All.Select(builtIn => builtIn.Name))}.");
            return faults;
        }

        if (options.FindApi(name, given) is not { } api)
        {
            faults.Add($"{path}:BaseAddress is missing. An API that is not built in needs its address.");
            return faults;
        }

        if (EndsWithSlash(VismaApi.FindBuiltIn(settings.BasedOn ?? name)?.BaseAddress)
            && settings.BaseAddress is { IsAbsoluteUri: true } address
            && !EndsWithSlash(address))
        {
            faults.Add($"{path}:BaseAddress does not end with a slash, so its last segment would be lost. Write {address}/.");
        }

        faults.AddRange(ApiFaults(options, path, api));

        return faults;
    }

    private static List<string> ApiFaults(VismaConnectOptions options, string path, VismaApi api)
    {
        List<string> faults = [];
        if (!SecureTransport.Allows(api.BaseAddress))
        {
            faults.Add($"{path}:BaseAddress is not {SecureTransport.Rule}. Tokens are sent there.");
        }

        if (AudienceAddress.Is(api.BaseAddress))
        {
            faults.Add($"{path}:BaseAddress is '{api.BaseAddress}'. {ApiCauses.AudienceAsAddress.Remedy}");
        }

        if (api.Origins.Any(HasPath))
        {
            faults.Add($"{path}:Origins contains an entry with a path. An origin is scheme, host and port; tokens may be sent to every path of it.");
        }

        IEnumerable<string> userScopeFaults = ClientFaults.OfScopes($"{path}:UserScopes", api.UserScopes);
        faults.AddRange(ClientFaults.OfScopes($"{path}:ServiceScopes", api.ServiceScopes).Concat(userScopeFaults));

        if (!api.Origins.All(SecureTransport.Allows))
        {
            faults.Add($"{path}:Origins contains an entry that is not {SecureTransport.Rule}. Tokens may be sent there.");
        }

        if (api.RateLimits is < RateLimitDialect.RetryAfter or > RateLimitDialect.BusinessNxt)
        {
            faults.Add($"{path}:RateLimits is {api.RateLimits}. Use {Names(typeof(RateLimitDialect).GetEnumNames())}.");
        }

        if (options.FindAuthority(api.Authority) is null)
        {
            faults.Add($"{path}:Authority is '{api.Authority}', which is unknown. {KnownAuthorities(options)}");
        }

        return faults;
    }

    private static List<string> FaultsOfClient(VismaConnectOptions options, string name, VismaClientOptions? client)
    {
        List<string> faults = [];
        string path = $"{options.Section}:Clients:{name}";
        if (client is null)
        {
            faults.Add($"{path} is empty. Give it a ClientId, or remove it.");
            return faults;
        }

        VismaAuthority? authority = FindAuthority(options, client);
        faults.AddRange(ClientFaults.Of(path, client, authority));

        if (authority is null)
        {
            faults.Add($"{path}:Authority is '{client.Authority}', which is unknown. {KnownAuthorities(options)}");
        }
        else if (authority.IsLegacy && !options.AllowLegacyVni)
        {
            faults.Add($"{path}:Authority is '{client.Authority}', the legacy VNI, which Visma is shutting down. Move to VismaConnect (docs/vni.md); "
                + $"until then, set {options.Section}:AllowLegacyVni to true.");
        }
        else if (authority.IsVismaOnline && client.Scopes.Count > 0 && EAccountingScopes.FaultOf($"{path}:Scopes", [.. client.Scopes]) is { } fault)
        {
            faults.Add(fault);
        }

        return faults;
    }

    private static bool HasPath(Uri origin) => origin is { IsAbsoluteUri: true } && origin.AbsolutePath != "/";

    private static bool EndsWithSlash(Uri? address) => address?.AbsolutePath.LastOrDefault() == '/';

    private List<string> RegistrationFaults(VismaConnectOptions options, TokenRegistration registration)
    {
        List<string> faults = [];
        string call = $"AddVismaToken of HttpClient '{registration.HttpClientName}'";
        if (registrations.CountOf(registration.HttpClientName) > 1)
        {
            faults.Add($"{call} was called more than once. Use an HttpClient of another name for the other API or client.");
        }

        VismaApi? api = registration.FindApi(options);
        if (api is null)
        {
            // An entry without an address is reported by the check of the APIs.
            if (!options.Apis.ContainsKey(registration.ApiName))
            {
                faults.Add($"{call} names API '{registration.ApiName}', which is neither built in nor in {options.Section}:Apis. "
                    + $"Built in are {Names(VismaApi.All.Select(builtIn => builtIn.Name))}.");
            }

            return faults;
        }

        if (registration.Api is not null && !options.Apis.ContainsKey(registration.ApiName))
        {
            faults.AddRange(ApiFaults(options, $"VismaApi '{registration.ApiName}'", api));
        }

        if (!options.Clients.TryGetValue(registration.Client, out VismaClientOptions? client) || client is null)
        {
            faults.Add($"{call} names client '{registration.Client}', but {options.Section}:Clients has no such entry. {options.DescribeClients()}");
        }
        else if (FindAuthority(options, client) is { } authority && !string.Equals(authority.Name, api.Authority, StringComparison.OrdinalIgnoreCase))
        {
            faults.Add($"{call} sends tokens of client '{registration.Client}', whose authority is '{client.Authority}', to API '{api.Name}', "
                + $"which accepts tokens of '{api.Authority}'. Set {options.Section}:Clients:{registration.Client}:Authority to '{api.Authority}', or use "
                    + "another client.");
        }

        return faults;
    }

    private static VismaAuthority? FindAuthority(VismaConnectOptions options, VismaClientOptions client) =>
        string.IsNullOrWhiteSpace(client.Authority) ? null : options.FindAuthority(client.Authority);

    private static string KnownAuthorities(VismaConnectOptions options) =>
        $"Use {Names(VismaAuthority.BuiltIn.Select(builtIn => builtIn.Name).Union(options.Authorities.Keys, StringComparer.OrdinalIgnoreCase))}, "
        + $"or add it to {options.Section}:Authorities.";

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));
}

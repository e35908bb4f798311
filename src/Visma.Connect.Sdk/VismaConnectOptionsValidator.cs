using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>Checks the whole settings; each message names the setting and the remedy.</summary>
internal sealed class VismaConnectOptionsValidator : IValidateOptions<VismaConnectOptions>
{
    public ValidateOptionsResult Validate(string? name, VismaConnectOptions options)
    {
        List<string> faults =
        [
            .. options.Authorities.SelectMany(authority => AuthorityFaults(options, authority.Key, authority.Value)),
            .. options.Apis.SelectMany(api => ApiFaults(options, api.Key, api.Value)),
            .. options.Clients.SelectMany(client => ClientFaults(options, client.Key, client.Value)),
            .. options.Uses.SelectMany(use => UseFaults(options, use)),
        ];
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> AuthorityFaults(VismaConnectOptions options, string name, VismaAuthorityOptions? settings)
    {
        string path = $"{options.Section}:Authorities:{name}";
        if (settings is null)
        {
            yield return $"{path} is empty. Give it a BaseAddress, or remove it.";
            yield break;
        }

        if (settings.Resolve(name) is not { } authority)
        {
            yield return $"{path}:Like is '{settings.Like}', which is no built-in authority. Use {Names(VismaAuthority.BuiltIn.Select(builtIn => builtIn.Name))}.";
            yield break;
        }

        if (settings.BaseAddress is not null && !SecureTransport.Allows(settings.BaseAddress))
        {
            yield return $"{path}:BaseAddress is not {SecureTransport.Rule}. Secrets are sent there.";
        }

        if (!SecureTransport.Allows(authority.TokenEndpoint))
        {
            yield return $"{path}:TokenEndpoint is not {SecureTransport.Rule}. Secrets are sent there.";
        }
    }

    private static IEnumerable<string> ApiFaults(VismaConnectOptions options, string name, VismaApiOptions? settings)
    {
        string path = $"{options.Section}:Apis:{name}";
        if (settings is null)
        {
            yield return $"{path} is empty. Give it a BaseAddress, or remove it.";
            yield break;
        }

        // An API that is given to AddVismaToken as a value has its own address: only an API of the settings alone needs one here.
        VismaApi? given = options.Uses.FirstOrDefault(use => string.Equals(use.ApiName, name, StringComparison.OrdinalIgnoreCase))?.Api;
        if (options.FindApi(name, given) is not { } api)
        {
            yield return $"{path}:BaseAddress is missing. An API that is not built in needs its address.";
            yield break;
        }

        foreach (string fault in ApiFaults(options, path, api))
        {
            yield return fault;
        }
    }

    private static IEnumerable<string> ApiFaults(VismaConnectOptions options, string path, VismaApi api)
    {
        if (!SecureTransport.Allows(api.BaseAddress))
        {
            yield return $"{path}:BaseAddress is not {SecureTransport.Rule}. Tokens are sent there.";
        }

        if (api.Origins.Any(origin => !SecureTransport.Allows(origin)))
        {
            yield return $"{path}:Origins holds an entry that is not {SecureTransport.Rule}. Tokens may be sent there.";
        }

        if (options.FindAuthority(api.Authority) is null)
        {
            yield return $"{path}:Authority is '{api.Authority}', which is not known. {KnownAuthorities(options)}";
        }
    }

    private static IEnumerable<string> ClientFaults(VismaConnectOptions options, string name, VismaClientOptions? client)
    {
        string path = $"{options.Section}:Clients:{name}";
        if (client is null)
        {
            yield return $"{path} is empty. Give it a ClientId, or remove it.";
            yield break;
        }

        foreach (string fault in ClientFaults(path, client))
        {
            yield return fault;
        }

        if (string.IsNullOrWhiteSpace(client.Authority) || options.FindAuthority(client.Authority) is null)
        {
            yield return $"{path}:Authority is '{client.Authority}', which is not known. {KnownAuthorities(options)}";
        }
    }

    /// <summary>What can be wrong with a client by itself; also for one that is used without a container.</summary>
    public static IEnumerable<string> ClientFaults(string path, VismaClientOptions client)
    {
        if (string.IsNullOrWhiteSpace(client.ClientId))
        {
            yield return $"{path}:ClientId is missing. Copy it from the application in the Visma Developer Portal.";
        }

        else if (HasOuterWhiteSpace(client.ClientId!))
        {
            yield return $"{path}:ClientId begins or ends with white space. Remove it.";
        }

        if (!client.SecretsInOrder().Any())
        {
            yield return $"{path}:ClientSecret is missing. Create one in the Visma Developer Portal (Credentials), and keep it in user secrets, "
                + "an environment variable or a vault.";
        }
        else if (client.SecretsInOrder().Any(secret => string.IsNullOrWhiteSpace(secret) || HasOuterWhiteSpace(secret)))
        {
            yield return $"{path}:ClientSecret or ClientSecrets holds a secret that is empty, or begins or ends with white space. Remove that.";
        }

        if (client.Scopes.FirstOrDefault(scope => !ScopeToken.IsValid(scope)) is { } scope)
        {
            yield return $"{path}:Scopes holds '{scope}', and {ScopeToken.Rule}. Write each scope as an entry of its own.";
        }

        if (client.RefreshBeforeExpiry < TimeSpan.Zero)
        {
            yield return $"{path}:RefreshBeforeExpiry is negative. Use zero to renew only after expiry.";
        }

        if (client.DefaultTokenLifetime <= TimeSpan.Zero)
        {
            yield return $"{path}:DefaultTokenLifetime is not positive. Use some minutes.";
        }

        if (client.TokenRequestTimeout <= TimeSpan.Zero || client.TokenRequestTimeout > TimeSpan.FromMinutes(10))
        {
            yield return $"{path}:TokenRequestTimeout is not between zero and 10 minutes. The default is 30 seconds.";
        }
    }

    private static bool HasOuterWhiteSpace(string text) => text.Trim().Length != text.Length;

    private static IEnumerable<string> UseFaults(VismaConnectOptions options, TokenUse use)
    {
        string call = $"AddVismaToken of HttpClient '{use.HttpClientName}'";
        VismaApi? api = options.FindApi(use.ApiName, use.Api);
        if (api is null)
        {
            // An entry without an address has been reported where it stands.
            if (!options.Apis.ContainsKey(use.ApiName))
            {
                yield return $"{call} names API '{use.ApiName}', which is neither built in nor in {options.Section}:Apis. "
                    + $"Built in are {Names(VismaApi.BuiltIn.Select(builtIn => builtIn.Name))}.";
            }

            yield break;
        }

        if (use.Api is not null && !options.Apis.ContainsKey(use.ApiName))
        {
            foreach (string fault in ApiFaults(options, $"VismaApi '{use.ApiName}'", api))
            {
                yield return fault;
            }
        }

        if (!options.Clients.TryGetValue(use.Client, out VismaClientOptions? client) || client is null)
        {
            yield return $"{call} names client '{use.Client}', but {options.Section}:Clients has no such entry. "
                + (options.Clients.Count == 0 ? "It is empty: was the section found?" : $"It has {Names(options.Clients.Keys)}.");
        }
        else if (!string.Equals(client.Authority, api.Authority, StringComparison.OrdinalIgnoreCase))
        {
            yield return $"{call} takes tokens of client '{use.Client}', whose authority is '{client.Authority}', to API '{api.Name}', "
                + $"which takes tokens of '{api.Authority}'. Use another client, or set {options.Section}:Apis:{api.Name}:Authority.";
        }
    }

    private static string KnownAuthorities(VismaConnectOptions options) =>
        $"Use {Names(VismaAuthority.BuiltIn.Select(builtIn => builtIn.Name).Union(options.Authorities.Keys, StringComparer.OrdinalIgnoreCase))}, "
        + $"or add it to {options.Section}:Authorities.";

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));
}

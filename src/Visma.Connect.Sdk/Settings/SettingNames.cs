using Microsoft.Extensions.Configuration;

namespace Visma.Connect.Sdk;

/// <summary>
/// Finds settings that binding would ignore without an error: an unknown name, or a value, list or section in the place of another kind.
/// </summary>
internal static class SettingNames
{
    private static readonly string[] ClientLists = [nameof(VismaClientOptions.ClientSecrets), nameof(VismaClientOptions.Scopes)];
    private static readonly string[] ClientNames =
    [
        nameof(VismaClientOptions.Authority), nameof(VismaClientOptions.ClientId), nameof(VismaClientOptions.ClientSecret),
        nameof(VismaClientOptions.TenantUse), nameof(VismaClientOptions.TokenEndpointAuthentication),
        nameof(VismaClientOptions.RenewBeforeExpiry), nameof(VismaClientOptions.DefaultTokenLifetime),
        nameof(VismaClientOptions.TokenRequestTimeout), nameof(VismaClientOptions.IsPublicClient), nameof(VismaClientOptions.RedirectUri),
        nameof(VismaClientOptions.GracePeriod), nameof(VismaClientOptions.RefreshTokens), nameof(VismaClientOptions.RefreshTokenReplay), .. ClientLists,
    ];

    private static readonly string[] AuthorityNames =
    [
        nameof(VismaAuthorityOptions.BasedOn), nameof(VismaAuthorityOptions.BaseAddress), nameof(VismaAuthorityOptions.Issuer),
        nameof(VismaAuthorityOptions.Discover), nameof(VismaAuthorityOptions.DiscoveryEndpoint), nameof(VismaAuthorityOptions.KeysEndpoint),
        nameof(VismaAuthorityOptions.AuthorizationEndpoint), nameof(VismaAuthorityOptions.TokenEndpoint),
        nameof(VismaAuthorityOptions.RevocationEndpoint), nameof(VismaAuthorityOptions.UserInfoEndpoint),
        nameof(VismaAuthorityOptions.EndSessionEndpoint), nameof(VismaAuthorityOptions.IntrospectionEndpoint),
        nameof(VismaAuthorityOptions.TokenEndpointAuthentication), nameof(VismaAuthorityOptions.RevocationEndpointAuthentication),
        nameof(VismaAuthorityOptions.AuthorizationResponseHasIssuer),
    ];

    private static readonly string[] ApiLists =
        [nameof(VismaApiOptions.Origins), nameof(VismaApiOptions.ServiceScopes), nameof(VismaApiOptions.UserScopes)];

    private static readonly string[] ApiNames =
        [nameof(VismaApiOptions.BasedOn), nameof(VismaApiOptions.BaseAddress), nameof(VismaApiOptions.Authority), .. ApiLists];

    private static readonly string[] ProtectionSections = [nameof(TokenProtectionOptions.Keys)];
    private static readonly string[] ProtectionNames = [.. ProtectionSections, nameof(TokenProtectionOptions.CurrentKey)];

    private static readonly string[] TokenRequestNames =
    [
        nameof(TokenRequestOptions.Enabled), nameof(TokenRequestOptions.Retries), nameof(TokenRequestOptions.FirstDelay),
        nameof(TokenRequestOptions.LongestDelay), nameof(TokenRequestOptions.CircuitMinimumRequests), nameof(TokenRequestOptions.CircuitSampling),
        nameof(TokenRequestOptions.CircuitBreak),
    ];

    private static readonly string[] WebhookNames = [nameof(WebhookOptions.Secrets)];

    private static readonly string[] RootSections =
    [
        nameof(VismaConnectOptions.Clients), nameof(VismaConnectOptions.Authorities), nameof(VismaConnectOptions.Apis),
        nameof(VismaConnectOptions.TokenProtection), nameof(VismaConnectOptions.TokenRequests), nameof(VismaConnectOptions.Webhooks),
    ];

    private static readonly string[] RootNames =
    [
        .. RootSections, nameof(VismaConnectOptions.AllowConnectionsInMemory), nameof(VismaConnectOptions.AllowUnprotectedTokens),
        nameof(VismaConnectOptions.AllowLegacyVni), nameof(VismaConnectOptions.MaxConcurrentTokenRequests),
        nameof(VismaConnectOptions.IncludeTenantInTelemetry),
    ];

    public static IEnumerable<string> Faults(IConfiguration section) =>
    [
        .. Unknown(section, RootNames),
        .. NoValues(section, RootNames, RootSections),
        .. FaultsOfEntries(section.GetSection(nameof(VismaConnectOptions.Clients)), ClientNames, ClientLists),
        .. FaultsOfEntries(section.GetSection(nameof(VismaConnectOptions.Authorities)), AuthorityNames, lists: []),
        .. FaultsOfEntries(section.GetSection(nameof(VismaConnectOptions.Apis)), ApiNames, ApiLists),
        .. FaultsOfProtection(section.GetSection(nameof(VismaConnectOptions.TokenProtection))),
        .. FaultsOfTokenRequests(section.GetSection(nameof(VismaConnectOptions.TokenRequests))),
        .. FaultsOfWebhooks(section.GetSection(nameof(VismaConnectOptions.Webhooks))),
    ];

    private static IEnumerable<string> FaultsOfTokenRequests(IConfigurationSection requests) =>
        Values([requests]).Concat(Unknown(requests, TokenRequestNames)).Concat(NoValues(requests, TokenRequestNames, []));

    private static IEnumerable<string> FaultsOfWebhooks(IConfigurationSection webhooks)
    {
        IConfigurationSection secrets = webhooks.GetSection(nameof(WebhookOptions.Secrets));
        return Values([webhooks])
            .Concat(Unknown(webhooks, WebhookNames))
            .Concat(NoLists(webhooks, WebhookNames))
            .Concat(NoValues(secrets, [.. secrets.GetChildren().Select(secret => secret.Key)], []));
    }

    private static IEnumerable<string> FaultsOfProtection(IConfigurationSection protection)
    {
        IConfigurationSection keys = protection.GetSection(nameof(TokenProtectionOptions.Keys));
        return Values([protection, keys])
            .Concat(Unknown(protection, ProtectionNames))
            .Concat(NoValues(protection, ProtectionNames, ProtectionSections))
            .Concat(NoValues(keys, [.. keys.GetChildren().Select(key => key.Key)], []));
    }

    private static IEnumerable<string> FaultsOfEntries(IConfigurationSection entries, string[] names, string[] lists) =>
        Values([entries, .. entries.GetChildren()])
            .Concat(entries.GetChildren().SelectMany(entry => Unknown(entry, names)
                .Concat(NoLists(entry, lists))
                .Concat(NoValues(entry, names, lists))
                .Concat(lists.SelectMany(list => NoValues(entry.GetSection(list), [.. entry.GetSection(list).GetChildren().Select(value => value.Key)], [])))));

    // A value in the place of a section.
    private static IEnumerable<string> Values(IEnumerable<IConfigurationSection> sections) => sections
        .Where(section => !string.IsNullOrEmpty(section.Value))
        .Select(section => $"{section.Path} must be a section. Write its settings inside it: {{ ... }}.");

    // A section or a list in the place of a value.
    private static IEnumerable<string> NoValues(IConfiguration entry, string[] names, string[] lists) => names
        .Except(lists)
        .Select(entry.GetSection)
        .Where(value => value.GetChildren().Any())
        .Select(value => $"{value.Path} must be one value, not a list or a section.");

    private static IEnumerable<string> Unknown(IConfiguration section, string[] names) => section.GetChildren()
        .Where(child => !names.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
        .Select(child => $"{child.Path} is not a setting. The settings are {string.Join(", ", names)}.");

    // An empty list appears as an empty value.
    private static IEnumerable<string> NoLists(IConfigurationSection entry, string[] lists) => lists
        .Select(entry.GetSection)
        .Where(list => !string.IsNullOrEmpty(list.Value))
        .Select(list => $"{list.Path} must be a list. Write each value as a separate entry: [ \"...\" ] or {list.Path}:0.");
}

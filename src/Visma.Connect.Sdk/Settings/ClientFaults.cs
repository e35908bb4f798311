namespace Visma.Connect.Sdk;

/// <summary>The faults of a single client, with or without a container.</summary>
internal static class ClientFaults
{
    public const string KnownMethods =
        $"{nameof(ClientAuthenticationMethod.ClientSecretPost)}, {nameof(ClientAuthenticationMethod.ClientSecretBasic)} "
        + $"or {nameof(ClientAuthenticationMethod.ClientSecretBasicRaw)}";

    // A bare number is bound as days: "30" is a month.
    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(1);

    public static List<string> Of(string path, VismaClientOptions client, VismaAuthority? authority)
    {
        List<string> faults = [];
        string portal = Portal.Of(authority);
        if (string.IsNullOrWhiteSpace(client.ClientId))
        {
            faults.Add($"{path}:ClientId is missing. Copy it from {portal}.");
        }
        else if (CopiedText.HasOuterWhiteSpace(client.ClientId!))
        {
            faults.Add($"{path}:ClientId begins or ends with white space. Remove it.");
        }
        else if (CopiedText.IsQuoted(client.ClientId!))
        {
            faults.Add($"{path}:ClientId is in quotation marks. Remove them.");
        }
        else if (CopiedText.IsPlaceholder(client.ClientId!))
        {
            faults.Add($"{path}:ClientId is a placeholder. Copy it from {portal}.");
        }

        string[] secrets = client.SecretsInOrder();
        if (client.IsPublicClient != (secrets.Length == 0))
        {
            faults.Add(client.IsPublicClient
                ? $"{path}:ClientSecret is set, but IsPublicClient is true. Remove one of the two."
                : $"{path}:ClientSecret is missing. Create one in {portal}, and keep it in user secrets (read in the "
                    + "environment Development only), "
                    + "an environment variable or a vault. For an application of type Native, set IsPublicClient instead.");
        }
        else if (Array.Exists(secrets, IsBlankOrPadded))
        {
            faults.Add($"{path}:ClientSecret or ClientSecrets contains a secret that is empty, or begins or ends with white space. Correct it.");
        }
        else if (Array.Exists(secrets, CopiedText.IsQuoted))
        {
            faults.Add($"{path}:ClientSecret or ClientSecrets contains a secret in quotation marks. Remove them.");
        }
        else if (Array.Exists(secrets, CopiedText.IsPlaceholder))
        {
            faults.Add($"{path}:ClientSecret or ClientSecrets contains a placeholder instead of a secret. Create one in {portal}.");
        }

        faults.AddRange(OfScopes($"{path}:Scopes", client.Scopes));

        if (client.RedirectUri is not null && !IsRedirectUri(client.RedirectUri))
        {
            faults.Add($"{path}:RedirectUri is not an absolute address without a fragment (RFC 6749 section 3.1.2) and without white space around it. "
                + $"Write it exactly as in {portal}.");
        }

        if (client.GracePeriod is { } grace && (grace < TimeSpan.FromSeconds(5) || grace > TimeSpan.FromSeconds(60)))
        {
            faults.Add($"{path}:GracePeriod is not between 5 and 60 seconds. One minute is 00:01:00. Without a grace period, remove the setting.");
        }

        if (client.RefreshTokens is not (RefreshTokenKind.OneTime or RefreshTokenKind.ReUse))
        {
            faults.Add($"{path}:RefreshTokens is {client.RefreshTokens}. Use OneTime or ReUse, as set in {portal}.");
        }
        else if (client.RefreshTokens == RefreshTokenKind.ReUse && client.GracePeriod is not null)
        {
            faults.Add($"{path}:GracePeriod is set, and RefreshTokens is ReUse. A grace period is for one-time tokens; remove one of the two.");
        }

        if (client.RefreshTokenReplay is not (RefreshTokenReplay.WhenNoOtherConnection or RefreshTokenReplay.Never or RefreshTokenReplay.Always))
        {
            faults.Add($"{path}:RefreshTokenReplay is {client.RefreshTokenReplay}. Use WhenNoOtherConnection, Never or Always.");
        }

        if (client.TenantUse is not (null or TenantUse.Required or TenantUse.Optional or TenantUse.None))
        {
            faults.Add($"{path}:TenantUse is {client.TenantUse}. Use Required, Optional or None.");
        }

        if (client.TokenEndpointAuthentication is { } method && !IsKnown(method))
        {
            faults.Add($"{path}:TokenEndpointAuthentication is {method}. Use {KnownMethods}.");
        }

        if (client.RenewBeforeExpiry < TimeSpan.Zero || client.RenewBeforeExpiry > LongestTime)
        {
            faults.Add($"{path}:RenewBeforeExpiry is not between zero and a day. Five minutes are 00:05:00; zero renews only after expiry.");
        }

        if (client.DefaultTokenLifetime <= TimeSpan.Zero || client.DefaultTokenLifetime > LongestTime)
        {
            faults.Add($"{path}:DefaultTokenLifetime is not between zero and a day. Five minutes are 00:05:00.");
        }

        if (client.TokenRequestTimeout <= TimeSpan.Zero || client.TokenRequestTimeout > TimeSpan.FromMinutes(10))
        {
            faults.Add($"{path}:TokenRequestTimeout is not between zero and 10 minutes. Thirty seconds are 00:00:30.");
        }

        return faults;
    }

    public static IEnumerable<string> OfScopes(string path, IEnumerable<string> scopes)
    {
        foreach (string scope in scopes)
        {
            if (!ScopeToken.IsValid(scope) || IsList(scope))
            {
                return [$"{path} contains '{scope}', but {ScopeToken.Rule}. Write each scope as a separate entry."];
            }
        }

        return [];
    }

    public static bool IsKnown(ClientAuthenticationMethod method) => method
        is ClientAuthenticationMethod.ClientSecretPost
        or ClientAuthenticationMethod.ClientSecretBasic
        or ClientAuthenticationMethod.ClientSecretBasicRaw;

    public static bool IsRedirectUri(string address) =>
        !CopiedText.HasOuterWhiteSpace(address)
        && Uri.TryCreate(address, UriKind.Absolute, out Uri? uri)
        && !uri.IsFile
        && uri.Fragment.Length == 0
        && uri.UserInfo.Length == 0;

    private static bool IsBlankOrPadded(string secret) => string.IsNullOrWhiteSpace(secret) || CopiedText.HasOuterWhiteSpace(secret);

    // RFC 6749 allows these characters in a scope, but no scope of Visma has them.
    private static bool IsList(string scope) => scope.IndexOfAny([',', ';']) >= 0;
}

using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk.Tests.FrontDoor.Mistakes;

/// <summary>Mistakes in the settings: the host does not start.</summary>
internal static class SettingMistakes
{
    public static IEnumerable<Mistake> All { get; } =
    [
        // The client and its secret.
        Of("forgot the client id", "Clients:erp:ClientId", null, "VismaConnect:Clients:erp:ClientId is missing", "Copy it from the Visma Developer Portal"),
        Of("copied the client id with a space", "Clients:erp:ClientId", "isv_acme_service ", "ClientId begins or ends with white space", "Remove it"),
        Of("copied the client id with a line break", "Clients:erp:ClientId", "isv_acme_service\n", "ClientId begins or ends with white space"),
        Of("quoted the client id in an environment variable", "Clients:erp:ClientId", "\"isv_acme_service\"", "ClientId", "quotation marks", "Remove them"),
        Of("left a placeholder as the client id", "Clients:erp:ClientId", "<client id>", "Clients:erp:ClientId is a placeholder", "Copy it from the Visma Developer Portal"),
        Of("forgot the secret", "Clients:erp:ClientSecret", null, "Clients:erp:ClientSecret is missing", "Create one in the Visma Developer Portal", "user secrets (read in the environment Development only)", "environment variable", "IsPublicClient"),
        Of("left the secret empty", "Clients:erp:ClientSecret", "", "Clients:erp:ClientSecret"),
        Of("left the README's dots as the secret", "Clients:erp:ClientSecret", "...", "ClientSecret", "placeholder", "Create one in the Visma Developer Portal"),
        Of("left a placeholder in angle brackets as the secret", "Clients:erp:ClientSecret", "<top-secret>", "ClientSecret", "placeholder"),
        Of("did not replace a variable of the deployment", "Clients:erp:ClientSecret", "#{VismaSecret}#", "ClientSecret", "placeholder"),
        Of("did not replace a variable of the shell", "Clients:erp:ClientSecret", "${VISMA_SECRET}", "ClientSecret", "placeholder"),
        Of("quoted the secret in an environment variable", "Clients:erp:ClientSecret", "'top-secret'", "ClientSecret", "quotation marks", "Remove them"),
        Of("copied the secret with a line break", "Clients:erp:ClientSecret", "top-secret\r\n", "ClientSecret", "begins or ends with white space"),
        Of("named the old and the new secret, one of them empty", "Clients:erp:ClientSecrets:0", "", "ClientSecrets contains a secret that is empty", "Correct it"),
        Of("gave a public client a secret", "Clients:nxt:IsPublicClient", "true", "Clients:nxt:ClientSecret is set, but IsPublicClient is true", "Remove one of the two"),
        Of("called the secret Secret", "Clients:erp:Secret", "top-secret", "Clients:erp:Secret is not a setting", "ClientSecret"),
        Of("wrote Client instead of Clients", "Client:erp:ClientId", "x", "VismaConnect:Client is not a setting", "Clients"),
        Of("put the client id beside the clients", "ClientId", "isv_acme_service", "VismaConnect:ClientId is not a setting", "The settings are Clients"),
        Of("wrote a client as a value", "Clients:other", "isv_acme", "VismaConnect:Clients:other must be a section"),

        // Scopes.
        Of("wrote the scopes as one value", "Clients:erp:Scopes", "a b", "Clients:erp:Scopes must be a list", "separate entry"),
        Of("separated the scopes by spaces", "Clients:erp:Scopes:0", "vismanet_erp_service_api:read vismanet_erp_service_api:create", "Clients:erp:Scopes contains", "Write each scope as a separate entry"),
        Of("separated the scopes by commas", "Clients:erp:Scopes:0", "vismanet_erp_service_api:read,vismanet_erp_service_api:create", "Clients:erp:Scopes contains", "Write each scope as a separate entry"),
        Of("separated the scopes by semicolons", "Clients:erp:Scopes:0", "vismanet_erp_service_api:read;vismanet_erp_service_api:create", "Clients:erp:Scopes contains", "Write each scope as a separate entry"),
        Of("quoted a scope", "Clients:erp:Scopes:0", "\"vismanet_erp_service_api:read\"", "Clients:erp:Scopes contains", "without quotation marks"),
        Of("left a scope empty", "Clients:erp:Scopes:0", "", "Clients:erp:Scopes contains ''", "a scope is one word"),
        Several("asked eAccounting without ea:api", new() { ["Clients:ea:Authority"] = "EAccounting", ["Clients:ea:ClientId"] = "a", ["Clients:ea:ClientSecret"] = "b", ["Clients:ea:Scopes:0"] = "ea:sales", ["Clients:ea:Scopes:1"] = "offline_access" }, "Clients:ea:Scopes", "ea:api"),
        Several("asked eAccounting without offline_access", new() { ["Clients:ea:Authority"] = "EAccounting", ["Clients:ea:ClientId"] = "a", ["Clients:ea:ClientSecret"] = "b", ["Clients:ea:Scopes:0"] = "ea:api" }, "Clients:ea:Scopes", "offline_access"),

        // Servers and addresses.
        Of("named the authority by its address", "Clients:erp:Authority", "https://connect.visma.com", "Clients:erp:Authority is 'https://connect.visma.com', which is unknown", "Use 'VismaConnect', 'EAccounting'", "VismaConnect:Authorities"),
        Of("misspelt the authority", "Clients:erp:Authority", "VismaConect", "Clients:erp:Authority is 'VismaConect', which is unknown", "Use 'VismaConnect'"),
        Several("used VNI as if it lived on", new() { ["Clients:vni:Authority"] = "Vni", ["Clients:vni:ClientId"] = "a", ["Clients:vni:ClientSecret"] = "b" }, "legacy VNI, which Visma is shutting down", "AllowLegacyVni"),
        Of("wrote http in the address of a server", "Authorities:Stage:BaseAddress", "http://connect.stage.example", "Authorities:Stage:BaseAddress is not an absolute https address", "Secrets are sent there"),
        Of("wrote the address of a server without https", "Authorities:Stage:BaseAddress", "connect.stage.example", "Authorities:Stage:BaseAddress is not an absolute https address"),
        Of("took the token endpoint for the address of the server", "Authorities:Stage:BaseAddress", "https://connect.stage.example/connect/token", "Authorities:Stage:BaseAddress", "the address of an endpoint", "https://connect.stage.example"),
        Of("put the path of the endpoints into the address of the server", "Authorities:Stage:BaseAddress", "https://connect.stage.example/connect/", "Authorities:Stage:BaseAddress", "the address of an endpoint", "https://connect.stage.example"),
        Of("took the discovery document for the address of the server", "Authorities:Stage:BaseAddress", "https://connect.stage.example/.well-known/openid-configuration", "Authorities:Stage:BaseAddress", "the address of an endpoint", "DiscoveryEndpoint"),
        Of("based an authority on an unknown one", "Authorities:Stage:BasedOn", "Connect", "Authorities:Stage:BasedOn is 'Connect'", "Use 'VismaConnect'"),
        Of("named a standard server without its endpoints", "Authorities:Stage:BasedOn", "OpenIdConnect", "Authorities:Stage:TokenEndpoint is missing", "Discover"),
        Of("took the audience of the ERP for its address", "Apis:ErpTest:BaseAddress", "https://api.finance.visma.net/erp/service/", "Apis:ErpTest:BaseAddress is 'https://api.finance.visma.net/erp/service/'", "https://api.finance.visma.net/v1"),
        Several("left the slash out of an API's address", new() { ["Apis:ErpTest:BasedOn"] = "NetErp", ["Apis:ErpTest:BaseAddress"] = "https://erp.example/v1" }, "Apis:ErpTest:BaseAddress does not end with a slash", "Write https://erp.example/v1/"),
        Of("wrote http in the address of an API", "Apis:Mine:BaseAddress", "http://api.example/", "Apis:Mine:BaseAddress is not an absolute https address", "Tokens are sent there"),
        Of("added an API without an address", "Apis:Mine:Authority", "VismaConnect", "Apis:Mine:BaseAddress is missing"),
        Several("gave an origin a path", new() { ["Apis:ErpTest:BasedOn"] = "NetErp", ["Apis:ErpTest:Origins:0"] = "https://other.example/v1/" }, "Apis:ErpTest:Origins contains an entry with a path"),
        Of("added user and password to an address", "Apis:Mine:BaseAddress", "https://me:top-secret@api.example/", "Apis:Mine:BaseAddress is not", "without a user name"),

        // Redirect URIs.
        Of("wrote a relative redirect URI", "Clients:nxt:RedirectUri", "/visma/callback", "Clients:nxt:RedirectUri is not an absolute address", "exactly as in the Visma Developer Portal"),
        Of("wrote a redirect URI with a fragment", "Clients:nxt:RedirectUri", "https://acme.example/#/callback", "Clients:nxt:RedirectUri is not an absolute address without a fragment"),
        Of("copied a redirect URI with a space", "Clients:nxt:RedirectUri", "https://acme.example/callback ", "Clients:nxt:RedirectUri", "white space"),
        Of("wrote a redirect URI without a scheme", "Clients:nxt:RedirectUri", "acme.example/callback", "Clients:nxt:RedirectUri is not an absolute address"),

        // Times.
        Of("wrote the grace period in seconds", "Clients:nxt:GracePeriod", "60", "Clients:nxt:GracePeriod is not between 5 and 60 seconds", "One minute is 00:01:00"),
        Of("switched the grace period off with zero", "Clients:nxt:GracePeriod", "0", "Clients:nxt:GracePeriod is not between", "Without a grace period, remove the setting"),
        Of("wrote a grace period of 61 seconds", "Clients:nxt:GracePeriod", "00:01:01", "Clients:nxt:GracePeriod is not between 5 and 60 seconds"),
        Of("wrote the grace period with a unit", "Clients:nxt:GracePeriod", "60s", "VismaConnect:Clients:nxt:GracePeriod", "Correct the value of that setting"),
        Of("set a grace period for tokens that can be used again", "Clients:nxt:RefreshTokens", "ReUse", "Clients:nxt:GracePeriod is set, and RefreshTokens is ReUse", "remove one of the two"),
        Of("wrote the time limit in seconds", "Clients:erp:TokenRequestTimeout", "30", "Clients:erp:TokenRequestTimeout is not between zero and 10 minutes", "Thirty seconds are 00:00:30"),
        Of("wrote the renewal margin in minutes", "Clients:erp:RenewBeforeExpiry", "5", "Clients:erp:RenewBeforeExpiry is not between zero and a day", "Five minutes are 00:05:00"),
        Of("misspelt the use of the tenant", "Clients:erp:TenantUse", "Never", "VismaConnect:Clients:erp:TenantUse", "Use Required or Optional or None"),

        // Keys.
        Of("used a password as a key", "TokenProtection:Keys:2026", "top-secret", "TokenProtection:Keys:2026 is not a key", "32 random bytes in base64: openssl rand -base64 32"),
        Of("made a key of 16 bytes", "TokenProtection:Keys:2026", "AAAAAAAAAAAAAAAAAAAAAA==", "TokenProtection:Keys:2026 is not a key", "32 random bytes"),
        Of("wrote a key in hex", "TokenProtection:Keys:2026", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "TokenProtection:Keys:2026 is not a key", "in base64"),
        Of("named a current key that is not there", "TokenProtection:CurrentKey", "2027", "TokenProtection:CurrentKey is '2027', which is not in VismaConnect:TokenProtection:Keys"),
        Several("added a second key without naming the current one", new() { ["TokenProtection:Keys:old"] = Key, ["TokenProtection:Keys:new"] = Key }, "TokenProtection:CurrentKey is missing", "Set it to the name"),
        Of("put a key in the place of the keys", "TokenProtection:Keys", Key, "TokenProtection:Keys must be a section"),
    ];

    private const string Key = "Zmlyc3Qga2V5LCBmb3IgdGVzdHMgb25seSwgMzIgYi4=";

    private static Mistake Of(string did, string setting, string? value, params string[] words) => Several(did, new() { [setting] = value }, words);

    private static Mistake Several(string did, Dictionary<string, string?> settings, params string[] words) =>
        new(did, Reported.AtStart, typeof(OptionsValidationException), words) { Settings = settings };
}

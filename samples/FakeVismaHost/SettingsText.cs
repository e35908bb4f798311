using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Visma.Connect.Sdk;

namespace FakeVismaHost;

/// <summary>The settings as JSON, for the <c>appsettings.json</c> of an application.</summary>
internal static class SettingsText
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] FakedApis =
    [
        VismaApi.NetErp.Name, VismaApi.EAccounting.Name, VismaApi.Dinero.Name, VismaApi.BusinessNxt.Name, VismaApi.BusinessNxtService.Name,
    ];

    public static string Of(VismaConnectOptions options) => new JsonObject
    {
        ["VismaConnect"] = new JsonObject
        {
            ["Authorities"] = Members(
                options.Authorities.Where(authority => authority.Key is "VismaConnect" or "EAccounting"),
                authority => new JsonObject { ["BaseAddress"] = authority.BaseAddress?.AbsoluteUri }),
            ["Apis"] = Members(
                options.Apis.Where(api => FakedApis.Contains(api.Key)),
                api => new JsonObject { ["BaseAddress"] = api.BaseAddress?.AbsoluteUri }),
            ["Clients"] = Members(options.Clients, Of),
        },
    }.ToJsonString(Indented);

    private static JsonObject Of(VismaClientOptions client)
    {
        JsonObject json = new()
        {
            ["Authority"] = client.Authority,
            ["ClientId"] = client.ClientId,
            ["ClientSecret"] = client.ClientSecret,
            ["Scopes"] = new JsonArray([.. client.Scopes]),
        };
        if (client.RedirectUri is { } redirectUri)
        {
            json["RedirectUri"] = redirectUri;
            json["GracePeriod"] = client.GracePeriod?.ToString();
        }

        return json;
    }

    private static JsonObject Members<T>(IEnumerable<KeyValuePair<string, T>> entries, Func<T, JsonObject> value) =>
        new(entries.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)value(entry.Value))));
}

using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>What the endpoints need from the settings of the clients.</summary>
internal sealed class ConnectClients(IOptionsMonitor<VismaConnectOptions> settings)
{
    private const string LegacyVni = "Vni";

    private static readonly HashSet<string> BuiltIn = new(StringComparer.OrdinalIgnoreCase)
    {
        VismaAuthority.VismaConnect.Name, VismaAuthority.EAccounting.Name, LegacyVni,
    };

    private VismaConnectOptions? _lastGood;

    // After an edit that broke the settings the library goes on with the last valid ones, so the endpoints do too.
    private VismaConnectOptions Current
    {
        get
        {
            try
            {
                return _lastGood = settings.CurrentValue;
            }
            catch (OptionsValidationException) when (_lastGood is not null)
            {
                return _lastGood;
            }
        }
    }

    /// <summary>The names of all clients, for a log line.</summary>
    public string Names => string.Join(", ", Current.Clients.Keys.Order(StringComparer.OrdinalIgnoreCase).Select(name => $"'{name}'"));

    public bool TryFind(string name, [NotNullWhen(true)] out VismaClientOptions? client)
    {
        _ = Current.Clients.TryGetValue(name, out client);
        return client is not null;
    }

    /// <summary>The paths of all redirect URIs of web applications.</summary>
    /// <summary>The name of a client as the settings spell it. Names compare without case, and an address can have any spelling.</summary>
    public string SpellingOf(string name) =>
        Current.Clients.Keys.FirstOrDefault(known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase)) ?? name;

    public IEnumerable<string> CallbackPaths() => Current.Clients.Values
        .Select(client => PathOf(client?.RedirectUri))
        .OfType<string>()
        .Distinct(StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns how to ask for a consent, before the application changes it.</summary>
    public AuthorizationRequestOptions RequestOf(VismaClientOptions client, HttpContext context, VismaConnectEndpointOptions options)
    {
        string? server = ServerOf(client);
        AuthorizationRequestOptions request = new()
        {
            ResponseMode = options.ResponseMode ?? (server is null or LegacyVni ? AuthorizationResponseMode.Query : AuthorizationResponseMode.FormPost),
            // eAccounting does not ask by itself: it would connect the user's default company.
            SelectCompany = Is(server, VismaAuthority.EAccounting),
        };
        if (string.IsNullOrWhiteSpace(client.RedirectUri))
        {
            HttpRequest current = context.Request;
            request.RedirectUri = UriHelper.BuildAbsolute(current.Scheme, current.Host, current.PathBase, options.Path + ConnectPaths.Callback);
        }

        return request;
    }

    /// <summary>Whether the tokens of a client for this connection say which company they are for.</summary>
    public bool TokensNameCompany(VismaClientOptions client, VismaConnection connection) =>
        Is(ServerOf(client), VismaAuthority.EAccounting) || connection.GrantedScopes.Contains("tenants");

    private static string? PathOf(string? redirectUri) =>
        Uri.TryCreate(redirectUri, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" ? Uri.UnescapeDataString(uri.AbsolutePath) : null;

    private static bool Is(string? server, VismaAuthority authority) => string.Equals(server, authority.Name, StringComparison.OrdinalIgnoreCase);

    // The built-in authority that the client's server is, or is based on, by the rule that VismaAuthorityOptions.BasedOn documents. Null for other servers.
    private string? ServerOf(VismaClientOptions client)
    {
        string name = client.Authority;
        VismaAuthorityOptions? server = Current.Authorities.TryGetValue(name, out VismaAuthorityOptions? found) ? found : null;
        bool isStandard = !BuiltIn.Contains(name) && server is { Discover: true } or { TokenEndpoint: not null };
        string basis = server?.BasedOn ?? (BuiltIn.Contains(name) ? name : isStandard ? VismaAuthorityOptions.OpenIdConnect : VismaAuthority.VismaConnect.Name);
        return BuiltIn.TryGetValue(basis, out string? builtIn) ? builtIn : null;
    }
}

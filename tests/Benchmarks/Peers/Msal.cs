using System.Net.Http.Headers;
using Microsoft.Identity.Client;
using Visma.Connect.Sdk.Benchmarks.Network;
using Visma.Connect.Sdk.Benchmarks.Report;

namespace Visma.Connect.Sdk.Benchmarks.Peers;

/// <summary>
/// Microsoft.Identity.Client: one ConfidentialClientApplication for all calls, with its own cache in memory, which AcquireTokenForClient reads first; the
/// tenant named on each request for a token, the cache of ADAL switched off, and the HttpClient from an IMsalHttpClientFactory. It has no handler for
/// API calls; its documentation sets the header from the result, here in a handler. The authority is not looked up, because there is no network.
/// </summary>
/// <seealso href="https://learn.microsoft.com/entra/msal/dotnet/acquiring-tokens/web-apps-apis/client-credential-flows"/>
/// <seealso href="https://learn.microsoft.com/entra/msal/dotnet/advanced/high-availability"/>
internal sealed class Msal : Peer
{
    public const string Tenant = "6f1c3b1e-4c59-4f7e-9f37-0f4b35a1f7a0";

    // The scope of the reply: a token with another one would not be found in the cache.
    private static readonly string[] Scopes = [LibraryApp.Scope];

    public override string Name => Column.Msal;

    // A token counts as expired five minutes before its expiry.
    public override TimeSpan LifetimeThatIsSoonRenewed => TimeSpan.FromSeconds(301);

    public override ICaller WithToken(HttpMessageHandler api, StubTokenEndpoint endpoint) =>
        new HttpCaller(HttpCaller.NewClient(api, new TokenHandler(Application(endpoint))));

    /// <summary>Calls for the tenants that their requests name.</summary>
    public static ICaller ForTenants(IConfidentialClientApplication application, HttpMessageHandler api, Action<HttpRequestMessage> name) =>
        new HttpCaller(HttpCaller.NewClient(api, new TokenHandler(application)), name);

    public static IConfidentialClientApplication Application(StubTokenEndpoint endpoint) =>
        ConfidentialClientApplicationBuilder.Create("00000000-0000-0000-0000-000000000001")
            .WithClientSecret(LibraryApp.Secret)
            .WithAuthority("https://login.microsoftonline.com/" + Tenant)
            .WithInstanceDiscovery(false)
            .WithLegacyCacheCompatibility(false)
            .WithHttpClientFactory(new StubFactory(new HttpClient(endpoint)))
            .Build();

    public static Task<AuthenticationResult> RequestTokenAsync(
        IConfidentialClientApplication application, string tenant = Tenant, bool cached = true, CancellationToken cancellationToken = default) =>
        application.AcquireTokenForClient(Scopes).WithTenantId(tenant).WithForceRefresh(!cached).ExecuteAsync(cancellationToken);

    private sealed class StubFactory(HttpClient http) : IMsalHttpClientFactory
    {
        public HttpClient GetHttpClient() => http;
    }

    private sealed class TokenHandler(IConfidentialClientApplication application) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string tenant = request.Options.TryGetValue(DictionaryHandler.Tenant, out string? named) ? named : Tenant;
            AuthenticationResult result = await RequestTokenAsync(application, tenant, cancellationToken: cancellationToken).ConfigureAwait(false);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", result.AccessToken);
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
    }
}

using System.Collections.Generic;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Visma.Connect.Sdk;

namespace ReadmeInCSharp73
{
    /// <summary>Service tokens, in each way the README shows.</summary>
    public static class WhoseToken
    {
        public static async Task<string> CallAsync(HttpClient http, string tenantId, CancellationToken cancellationToken)
        {
            HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, "customer");
            request.SetTenant(tenantId);
            using (HttpResponseMessage response = await http.SendAsync(request, cancellationToken))
            {
                BearerChallenge challenge = response.GetBearerChallenge();
                return challenge?.Scope ?? await response.Content.ReadAsStringAsync();
            }
        }

        public static async Task<IReadOnlyList<AccessToken>> GetTokensAsync(ITokenSource tokens, string tenantId, CancellationToken cancellationToken)
        {
            AccessToken token = await tokens.GetTokenAsync(TokenKey.ForTenant("erp", tenantId), cancellationToken);
            AccessToken newer = await tokens.GetTokenAsync(TokenKey.ForTenant("erp", tenantId), token, cancellationToken);
            return new[] { token, newer };
        }

        public static TokenKey NoTenant()
        {
            return TokenKey.ForClient("nxt");
        }

        public static HttpRequestMessage FewerRights(HttpRequestMessage request, string tenantId)
        {
            return request.SetTokenKey(TokenKey.ForTenant("erp", tenantId).WithScopes("vismanet_erp_service_api:read"));
        }

        public static TokenKey OtherScopes(string tenantId)
        {
            return TokenKey.ForTenant("erp", tenantId).WithScopes(new List<string> { "a", "b" });
        }

        public static async Task<TokenResponse> WithoutContainerAsync(VismaClientOptions options, VismaAuthority authority, string tenantId, CancellationToken cancellationToken)
        {
            using (VismaConnectClient visma = new VismaConnectClient(options, authority))
            {
                return await visma.RequestClientCredentialsTokenAsync(
                    new ClientCredentialsRequest { TenantId = tenantId, Scopes = { "vismanet_erp_service_api:read" } },
                    cancellationToken);
            }
        }
    }
}

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Visma.Connect.Sdk;

namespace ReadmeInCSharp73
{
    /// <summary>Consents, and calls with the tokens of users.</summary>
    public static class UsersWhoConnect
    {
        public static void Register(IServiceCollection services)
        {
            services.AddHttpClient("eaccounting").AddVismaToken(VismaApi.EAccounting, client: "eaccounting");
            services.AddHttpClient("dinero").AddVismaToken(VismaApi.Dinero, client: "dinero");
            services.AddHttpClient("nxt").AddVismaToken(VismaApi.BusinessNxt, client: "nxt");
            services.AddHttpClient("erp-user").AddVismaToken(VismaApi.NetErp, client: "erp-user");
            services.AddVismaConnect().OnReauthorizationRequired((ended, provider, cancellationToken) =>
                provider.GetRequiredService<List<string>>().AddAsync($"Please connect again: {string.Join(", ", ended.Connections.Select(one => one.Name))}"));
        }

        public static string Begin(VismaConnections connections, IDictionary<string, string> session)
        {
            AuthorizationRequest start = connections.Begin("eaccounting", "customer-42", new AuthorizationRequestOptions { SelectCompany = true });
            session[$"visma {start.State}"] = start.ToJson();
            return start.Url.AbsoluteUri;
        }

        public static async Task<VismaConnection> CompleteAsync(
            VismaConnections connections,
            IDictionary<string, string> session,
            string queryOfTheCallback,
            CancellationToken cancellationToken)
        {
            AuthorizationResponse callback = AuthorizationResponse.FromQuery(queryOfTheCallback);
            session.TryGetValue($"visma {callback.State}", out string stored);
            return await connections.CompleteAsync(AuthorizationRequest.FromJson(stored), callback, cancellationToken);
        }

        public static Task<VismaConnection> ConnectOnTheDesktopAsync(BrowserSignIn signIn, Func<Uri, CancellationToken, Task> openBrowser, CancellationToken cancellationToken)
        {
            return signIn.ConnectAsync("eaccounting", "customer-42", new BrowserSignInOptions { OpenBrowser = openBrowser, UseAnyPort = true }, cancellationToken);
        }

        public static Task<ConnectionImportReport> ImportAsync(VismaConnections connections, TextReader file, CancellationToken cancellationToken)
        {
            return connections.ImportAsync(PortableConnectionCsv.ReadAsync(file, "nxt", cancellationToken), new ConnectionImportOptions { IsDryRun = true }, null, cancellationToken);
        }

        public static async Task<string> CallAsync(IHttpClientFactory http, string organizationId, CancellationToken cancellationToken)
        {
            HttpClient dinero = http.CreateClient("dinero");
            HttpClient nxt = http.CreateClient("nxt");
            using (HttpRequestMessage contacts = new HttpRequestMessage(HttpMethod.Get, $"{organizationId}/contacts").SetConnection("customer-42"))
            using (HttpResponseMessage people = await dinero.SendAsync(contacts, cancellationToken))
            using (HttpRequestMessage query = new HttpRequestMessage(HttpMethod.Post, "")
            {
                Content = new StringContent("{ \"query\": \"{ availableCompanies { items { name } } }\" }", Encoding.UTF8, "application/json"),
            })
            using (HttpResponseMessage answer = await nxt.SendAsync(query.SetConnection("customer-42"), cancellationToken))
            {
                return await people.Content.ReadAsStringAsync() + await answer.Content.ReadAsStringAsync();
            }
        }

        public static async Task<string> CallEAccountingAsync(IHttpClientFactory http, CancellationToken cancellationToken)
        {
            HttpClient eAccounting = http.CreateClient("eaccounting");
            using (HttpRequestMessage settings = new HttpRequestMessage(HttpMethod.Get, "companysettings").SetConnection("customer-42"))
            using (HttpResponseMessage company = await eAccounting.SendAsync(settings, cancellationToken))
            {
                return await company.Content.ReadAsStringAsync();
            }
        }

        public static async Task<AccessToken> OfOneConnectionAsync(VismaClientFactory<ErpClient> clients, ITokenSource tokens, CancellationToken cancellationToken)
        {
            ErpClient bound = clients.ForConnection("customer-42");
            await bound.GetCustomersAsync();
            return await tokens.GetTokenAsync(TokenKey.ForConnection("erp-user", "customer-42"), cancellationToken);
        }

        // C# 7.3 has no await foreach; the interface is in Microsoft.Bcl.AsyncInterfaces.
        public static async Task<IReadOnlyList<string>> ListAsync(VismaConnections connections, CancellationToken cancellationToken)
        {
            List<string> lines = new List<string>();
            IAsyncEnumerator<VismaConnection> all = connections.ListAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
            try
            {
                while (await all.MoveNextAsync())
                {
                    VismaConnection one = all.Current;
                    lines.Add($"{one.Name} {string.Join(", ", one.Apis)} {one.State} since {one.StateSince:u}");
                }
            }
            finally
            {
                await all.DisposeAsync();
            }

            return lines;
        }

        public static async Task<string> DisconnectAsync(VismaConnections connections, CancellationToken cancellationToken)
        {
            Disconnection end = await connections.DisconnectAsync("eaccounting", "customer-42", cancellationToken);
            return end.RevocationFailure?.Message ?? $"disconnected: {end.WasConnected}";
        }

        private static Task AddAsync(this List<string> mails, string mail)
        {
            mails.Add(mail);
            return Task.CompletedTask;
        }
    }
}

using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ReadmeInCSharp73;

namespace Visma.Connect.Sdk.Tests;

// Code in C# 7.3 runs over the netstandard2.0 build, as on .NET Framework.
public partial class CSharp73Tests
{
    private const string Secret = "a webhook secret";

    [Fact]
    public async Task First_program_calls_the_erp()
    {
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: TestApp.Cancellation);
        FakeClient application = visma.AddClient("isv_acme_service", VismaApi.NetErp.ServiceScopes);
        FakeCompany company = visma.AddCompany("Acme AS", customers: 3).Grant(application);

        string customers = await FirstProgram.RunAsync([company.TenantId], options =>
        {
            options.Clients["erp"] = application.ToOptions();
            visma.Configure(options);
        });

        Assert.StartsWith("[", customers, StringComparison.Ordinal);
        Assert.Equal(company.TenantId, visma.TokenEndpoint.Requests.Single().Form["tenant_id"]);
    }

    [Fact]
    public async Task Token_is_requested_without_a_container()
    {
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: TestApp.Cancellation);
        FakeClient application = visma.AddClient("isv_acme_service", "vismanet_erp_service_api:read");
        FakeCompany company = visma.AddCompany("Acme AS").Grant(application);

        TokenResponse reply = await WhoseToken.WithoutContainerAsync(application.ToOptions(), visma.VismaConnect, company.TenantId, TestApp.Cancellation);

        Assert.Equal(TimeSpan.FromHours(1), reply.ExpiresIn);
        Assert.Equal("vismanet_erp_service_api:read", visma.TokenEndpoint.Requests.Single().Form["scope"]);
    }

    [Fact]
    public async Task User_connects_calls_and_disconnects()
    {
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: TestApp.Cancellation);
        FakeUser user = visma.AddUser("Kari Nordmann", visma.AddCompany("Acme AS"));
        FakeClient application = visma.AddClient("isv_acme_web", "ea:api", "offline_access").AllowRedirectTo("https://acme.example/callback");
        ServiceCollection services = new();
        UsersWhoConnect.Register(services);
        services.AddLogging().AddSingleton<IConfiguration>(new ConfigurationBuilder().Build()).AddVismaConnect(options =>
        {
            foreach (string client in (string[])["eaccounting", "dinero", "nxt", "erp-user"])
            {
                options.Clients[client] = application.ToOptions();
            }

            options.Clients["eaccounting"].Authority = VismaAuthority.EAccounting.Name;
            options.AllowConnectionsInMemory = true;
            visma.Configure(options);
        });
        await using ServiceProvider provider = services.BuildServiceProvider();
        VismaConnections connections = provider.GetRequiredService<VismaConnections>();
        Dictionary<string, string> session = [];

        string address = UsersWhoConnect.Begin(connections, session);
        Uri callback = (await visma.SignInAsync(new Uri(address), user, cancellationToken: TestApp.Cancellation)).Uri;
        VismaConnection connected = await UsersWhoConnect.CompleteAsync(connections, session, callback.Query, TestApp.Cancellation);
        string settings = await UsersWhoConnect.CallEAccountingAsync(provider.GetRequiredService<IHttpClientFactory>(), TestApp.Cancellation);
        IReadOnlyList<string> listed = await UsersWhoConnect.ListAsync(connections, TestApp.Cancellation);

        Assert.Equal(("customer-42", ConnectionState.Active), (connected.Name, connected.State));
        Assert.Contains("Acme AS", settings, StringComparison.Ordinal);
        Assert.StartsWith("customer-42 EAccounting Active since ", listed.Single(), StringComparison.Ordinal);
        Assert.Equal("disconnected: True", await UsersWhoConnect.DisconnectAsync(connections, TestApp.Cancellation));
        Assert.Empty(await UsersWhoConnect.ListAsync(connections, TestApp.Cancellation));
    }

    [Fact]
    public void Webhook_is_read()
    {
        byte[] body = """{"tableIdentifier":"Order","event":"UPDATE","companyNo":7}"""u8.ToArray();
        string signature = Convert.ToBase64String(System.Security.Cryptography.HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), body));
        List<string> changes = [];

        int good = WebhookPage.Receive(Secret, body, RequestWith(signature), changes);
        int forged = WebhookPage.Receive(Secret, body, RequestWith("AAAA"), changes);

        Assert.Equal((202, 401), (good, forged));
        Assert.Equal(["UPDATE in table Order of company 7"], changes);
    }

    [Fact]
    public void Scopes_are_given_one_by_one_or_as_a_list()
    {
        Assert.Equal(["a", "b"], WhoseToken.OtherScopes("a1b2").Scopes);
        using HttpRequestMessage request = WhoseToken.FewerRights(new HttpRequestMessage(), "a1b2");
        Assert.Equal(new Uri("https://mine.example/v2/"), Settings.OtherAddress(new Uri("https://mine.example/v1/")).BaseAddress);
    }

    [Fact]
    public void Objects_of_unit_tests_are_created() => Assert.All(UnitTestObjects.All(), Assert.NotNull);

    [Fact]
    public void Every_member_of_the_core_that_the_readme_uses_is_used_in_csharp_73()
    {
        // FakeVisma and the endpoints are built for .NET only.
        string readme = string.Concat(Repository.Read("README.md").Split("```csharp\n").Skip(1).Select(rest => rest.Split("```")[0]).Where(block => !block.Contains("FakeVisma", StringComparison.Ordinal) && !block.Contains("WebApplication ", StringComparison.Ordinal)));
        string code = string.Concat(Directory.EnumerateFiles(Path.Combine(Architecture.SourceTree.Root, "tests", "ReadmeInCSharp73"), "*.cs").Select(File.ReadAllText));
        HashSet<string> used = [.. Words().Matches(code).Select(word => word.Value)];

        List<string> inReadme = [.. Words().Matches(readme).Select(word => word.Value).Distinct().Intersect(NamesOfTheCore())];

        Assert.Contains("SetConnection", inReadme);
        Assert.DoesNotContain(inReadme, name => !used.Contains(name));
    }

    private static HttpRequestMessage RequestWith(string signature)
    {
        HttpRequestMessage request = new();
        request.Headers.Add(WebhookReader.SignatureHeader, signature);
        return request;
    }

    private static IEnumerable<string> NamesOfTheCore() => typeof(AccessToken).Assembly.GetExportedTypes()
        .SelectMany(type => type.GetMembers(BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance).Select(member => member.Name).Append(type.Name.Split('`')[0]));

    [GeneratedRegex(@"\b[A-Z]\w+")]
    private static partial Regex Words();
}

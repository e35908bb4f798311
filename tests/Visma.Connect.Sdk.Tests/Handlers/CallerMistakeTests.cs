using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Handlers;

/// <summary>Mistakes of applications that Visma answers with a bare 404 or 401, or that had no answer at all. From field B6, B7 and B8.</summary>
public class CallerMistakeTests
{
    private const string OutsideOfPath = "is outside of the path";
    private const string OwnHeader = "has an Authorization header that the application set";

    [Theory]
    [InlineData("/customer")]
    [InlineData("v1/customer")]
    [InlineData("v2/customer")]
    [InlineData("/v1x/customer")]
    public async Task Missing_address_outside_of_the_path_of_the_api_is_a_warning_once_for_a_client(string path)
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();

        for (int call = 0; call < 3; call++)
        {
            using HttpResponseMessage response = await app.SendAsync(company, path: path);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }

        string line = Assert.Single(app.Log.Lines, line => line.Contains(OutsideOfPath, StringComparison.Ordinal));
        Assert.Contains(app.Visma.NetErp.BaseAddress.AbsoluteUri, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Base_address_without_its_slash_is_a_warning()
    {
        string? address = null;
        await using TestApp app = await TestApp.StartAsync(http: http => http.ConfigureHttpClient(client => client.BaseAddress = new Uri(address!)));
        address = app.Visma.NetErp.BaseAddress.AbsoluteUri.TrimEnd('/');

        (await app.SendAsync(app.AddCompany())).Dispose();

        Assert.Single(app.Log.Lines, line => line.Contains(OutsideOfPath, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/v2/nothing")]
    [InlineData("/v1.1/nothing")]
    [InlineData("nothing")]
    [InlineData("../v2/nothing")]
    [InlineData("/V1/nothing")]
    public async Task Missing_address_below_any_version_of_the_api_is_no_warning(string path)
    {
        await using TestApp app = await TestApp.StartAsync();

        using HttpResponseMessage response = await app.SendAsync(app.AddCompany(), path: path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.DoesNotContain(app.Log.Lines, line => line.Contains(OutsideOfPath, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Header_of_the_application_that_is_refused_is_a_warning_once_for_a_client()
    {
        await using TestApp app = await TestApp.StartAsync(http: http => http.ConfigureHttpClient(
            client => client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "an-old-token")));
        FakeCompany company = app.AddCompany();

        for (int call = 0; call < 3; call++)
        {
            using HttpResponseMessage response = await app.SendAsync(company);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }

        string line = Assert.Single(app.Log.Lines, line => line.Contains(OwnHeader, StringComparison.Ordinal));
        Assert.Contains("DefaultRequestHeaders", line, StringComparison.Ordinal);
        Assert.DoesNotContain("an-old-token", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Header_of_the_application_that_is_accepted_is_no_warning()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        using HttpRequestMessage request = TestApp.Request(company);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await app.GetTokenAsync(company)).Value);

        using HttpResponseMessage response = await app.Erp.SendAsync(request, TestApp.Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.DoesNotContain(app.Log.Lines, line => line.Contains(OwnHeader, StringComparison.Ordinal));
    }

    [Fact]
    public void Request_names_one_kind_of_token()
    {
        TokenKey key = TokenKey.ForTenant("erp", "a1b2");
        Action<HttpRequestMessage>[] kinds =
        [
            request => request.SetTenant("a1b2"),
            request => request.SetConnection("customer-42"),
            request => request.SetTokenKey(key),
        ];

        foreach (Action<HttpRequestMessage> first in kinds)
        {
            foreach (Action<HttpRequestMessage> second in kinds.Where(kind => kind != first))
            {
                using HttpRequestMessage request = new(HttpMethod.Get, "customer");
                first(request);

                InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() => second(request));

                Assert.Contains("already names", refused.Message, StringComparison.Ordinal);
            }
        }
    }

    // An outer handler may send a request for one company after another.
    [Fact]
    public async Task Request_may_name_another_company_instead()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany bond = app.AddCompany("Bond AS");
        using HttpRequestMessage request = TestApp.Request(app.AddCompany()).SetTenant(bond.TenantId);

        using HttpResponseMessage response = await app.Erp.SendAsync(request, TestApp.Cancellation);

        Assert.Contains("Bond AS", await response.Content.ReadAsStringAsync(TestApp.Cancellation), StringComparison.Ordinal);
    }
}

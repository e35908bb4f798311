using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RichardSzalay.MockHttp;

namespace Visma.Connect.Sdk.Tests.Handlers;

// The addresses of FakeVisma have a port. These have none, as Visma's.
public class OriginTests
{
    [Theory]
    [InlineData("https://api.good.example", "https://api.good.example:444/customer")]
    [InlineData("https://api.good.example", "https://api.good.example.evil.example/customer")]
    [InlineData("https://api.good.example", "https://api.good.example@evil.example/customer")]
    [InlineData("https://api.good.example", "https://evil-api.good.example/customer")]
    [InlineData("https://api.good.example", "https://api.good.example./customer")]
    [InlineData("https://api.good.example", "https://api.good.examp/customer")]
    [InlineData("https://api.good.example", "http://api.good.example/customer")]
    [InlineData("https://api.good.example:444", "https://api.good.example:4443/customer")]
    [InlineData("http://[::1]:5000", "http://[::1%25eth0]:5000/customer")]
    [InlineData("https://[fe80::1%25eth0]", "https://[fe80::1]/customer")]
    [InlineData("https://[fe80::1%25eth0]", "https://[fe80::1%25eth1]/customer")]
    public async Task Token_does_not_go_to_another_origin(string origin, string address)
    {
        MockHttpMessageHandler api = new();
        await using ServiceProvider app = StartAt(origin, api);

        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            app.GetRequiredService<IHttpClientFactory>().CreateClient("good").GetAsync(new Uri(address), TestApp.Cancellation));

        Assert.Contains("is not an origin of API 'Good'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://api.good.example", "https://API.Good.Example:443/customer")]
    [InlineData("https://bücher.example", "https://xn--bcher-kva.example/customer")]
    [InlineData("https://xn--bcher-kva.example", "https://BÜCHER.example/customer")]
    [InlineData("https://[fe80::1%25eth0]", "https://[fe80::1%25eth0]/customer")]
    [InlineData("http://[::1]:5000", "http://[0:0:0:0:0:0:0:1]:5000/customer")]
    public async Task Token_goes_to_the_same_origin_in_another_spelling(string origin, string address)
    {
        MockHttpMessageHandler api = new();
        api.When("*").WithHeaders("Authorization", "Bearer t0ken").Respond("application/json", "{}");
        await using ServiceProvider app = StartAt(origin, api);

        using HttpResponseMessage response = await app.GetRequiredService<IHttpClientFactory>().CreateClient("good").GetAsync(new Uri(address), TestApp.Cancellation);

        Assert.True(response.IsSuccessStatusCode);
    }

    [Theory]
    [InlineData("http://localhost:8080", true)]
    [InlineData("http://LOCALHOST:8080", true)]
    [InlineData("http://127.0.0.1:8080", true)]
    [InlineData("http://127.1.2.3:8080", true)]
    [InlineData("http://[::1]:8080", true)]
    [InlineData("http://loopback:8080", true)] // The platform sends to localhost.
    [InlineData("http://localhost.:8080", false)]
    [InlineData("http://localhost.example:8080", false)]
    [InlineData("http://[::1%25eth0]:8080", false)]
    [InlineData("http://[fe80::1]:8080", false)]
    [InlineData("http://0.0.0.0:8080", false)]
    public void Plain_http_is_for_addresses_that_are_certainly_of_this_machine(string address, bool isAllowed)
    {
        ServiceCollection services = new();
        services.AddVismaConnect(options =>
        {
            options.Authorities["Id"] = new VismaAuthorityOptions { BaseAddress = new Uri(address) };
            options.Clients["other"] = new VismaClientOptions { ClientId = "acme", ClientSecret = "s3cret", Authority = "Id" };
        });
        using ServiceProvider app = services.BuildServiceProvider();

        Exception? error = Record.Exception(() => app.GetRequiredService<IOptions<VismaConnectOptions>>().Value);

        Assert.Equal(isAllowed, error is null);
        Assert.Contains(isAllowed ? "" : "plain http only on loopback", error?.Message ?? "", StringComparison.Ordinal);
    }

    private static ServiceProvider StartAt(string origin, HttpMessageHandler transport)
    {
        ServiceCollection services = new();
        services.AddVismaConnect(options => options.Clients["erp"] = new VismaClientOptions { ClientId = "acme", ClientSecret = "s3cret", Scopes = { "a" } });
        services.AddSingleton<ITokenSource>(new FixedTokenSource("t0ken"));
        VismaApi api = VismaApi.NetErp with { Name = "Good", BaseAddress = new Uri(origin), Origins = [] };
        services.AddHttpClient("good").AssumePrimaryHandlerNeverRedirects().AddVismaToken(api, "erp").ConfigurePrimaryHttpMessageHandler(() => transport);
        return services.BuildServiceProvider();
    }
}

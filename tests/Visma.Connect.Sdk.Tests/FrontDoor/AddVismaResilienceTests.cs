using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Visma.Connect.Sdk.Tests.Handlers.RateLimits;

namespace Visma.Connect.Sdk.Tests.FrontDoor;

public class AddVismaResilienceTests
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    public static TheoryData<string> Orders => ["token, limits", "limits, token"];

    public static TheoryData<string> OrdersWithStandard =>
        ["standard, token, limits", "limits, token, standard", "token, limits, standard", "token, standard, limits", "defaults, token, limits"];

    [Theory]
    [MemberData(nameof(Orders))]
    [MemberData(nameof(OrdersWithStandard))]
    public async Task Order_of_registration_does_not_matter(string order)
    {
        await using TestApp app = await StartAsync(order);
        FakeCompany company = app.AddCompany();
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.TooManyCalls(RateLimitDialect.NetErp, seconds: 5));

        Task<HttpResponseMessage> call = app.SendAsync(company);
        await app.Calls().PassAsync(Wait);

        Assert.Equal(HttpStatusCode.OK, (await call).StatusCode);
        Assert.Equal(2, app.Visma.NetErpEndpoint.Requests.Count);
    }

    // The retries of the handler outside find the budget closed, so nothing is sent, and nothing is waited for twice.
    [Theory]
    [MemberData(nameof(OrdersWithStandard))]
    public async Task Retries_of_another_library_do_not_multiply_the_calls_to_an_exhausted_budget(string order)
    {
        await using TestApp app = await StartAsync(order);
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.TooManyCalls(RateLimitDialect.NetErp, seconds: 3000), times: 100);

        VismaRateLimitException refused = await Assert.ThrowsAsync<VismaRateLimitException>(() => app.SendAsync(app.AddCompany()));

        Assert.Equal(TimeSpan.FromSeconds(3000), refused.RetryAfter);
        Assert.Single(app.Visma.NetErpEndpoint.Requests);
    }

    [Fact]
    public async Task Time_that_a_call_waited_counts_for_all_attempts_of_a_handler_outside()
    {
        await using TestApp app = await TestApp.StartAsync(http: http => http.AddVismaResilience(options => options.MaxRetries = 0).AddHttpMessageHandler(() => new RetryHandler()));
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.TooManyCalls(RateLimitDialect.NetErp, seconds: 40));
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.InternalServerError));
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.TooManyCalls(RateLimitDialect.NetErp, seconds: 40));

        Task<HttpResponseMessage> call = app.SendAsync(app.AddCompany());
        await app.Calls().PassAsync(TimeSpan.FromSeconds(40));

        await Assert.ThrowsAsync<VismaRateLimitException>(() => call);
    }

    [Fact]
    public void Without_AddVismaToken_the_HttpClient_cannot_be_created()
    {
        ServiceCollection services = new();
        services.AddHttpClient("erp").AddVismaResilience();
        using ServiceProvider provider = services.BuildServiceProvider(validateScopes: true);

        InvalidOperationException missing = Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<IHttpClientFactory>().CreateClient("erp"));

        Assert.Contains("HttpClient 'erp' has AddVismaResilience, but no AddVismaToken", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Defaults_of_all_HttpClients_have_no_limits() => new ServiceCollection().ConfigureHttpClientDefaults(
        http => Assert.Throws<InvalidOperationException>(() => http.AddVismaResilience()));

    [Fact]
    public async Task Several_calls_add_one_handler_and_all_their_options()
    {
        await using TestApp app = await TestApp.StartAsync(
            http: http => http.AddVismaResilience(options => options.MaxWait = TimeSpan.Zero).AddVismaResilience(options => options.MaxRetries = 0));
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.TooManyCalls(RateLimitDialect.NetErp, seconds: 5));

        await Assert.ThrowsAsync<VismaRateLimitException>(() => app.SendAsync(app.AddCompany()));
    }

    [Theory]
    [InlineData(nameof(VismaResilienceOptions.MaxWait), "-00:00:01")]
    [InlineData(nameof(VismaResilienceOptions.MaxWait), "70.00:00:00")]
    [InlineData(nameof(VismaResilienceOptions.MaxRetries), "11")]
    [InlineData(nameof(VismaResilienceOptions.RetryDelay), "-00:00:01")]
    [InlineData(nameof(VismaResilienceOptions.CallsPerMinute), "0")]
    [InlineData(nameof(VismaResilienceOptions.MaxConcurrentCalls), "0")]
    public async Task Wrong_option_is_named(string option, string value)
    {
        await using TestApp app = await TestApp.StartAsync(http: http => http.AddVismaResilience(options =>
        {
            if (option == nameof(VismaResilienceOptions.MaxWait))
            {
                options.MaxWait = TimeSpan.Parse(value, System.Globalization.CultureInfo.InvariantCulture);
            }
            else if (option == nameof(VismaResilienceOptions.RetryDelay))
            {
                options.RetryDelay = TimeSpan.Parse(value, System.Globalization.CultureInfo.InvariantCulture);
            }
            else
            {
                typeof(VismaResilienceOptions).GetProperty(option)!.SetValue(options, int.Parse(value, System.Globalization.CultureInfo.InvariantCulture));
            }
        }));

        OptionsValidationException wrong = Assert.Throws<OptionsValidationException>(() => app.Erp);

        Assert.Contains(option, wrong.Message, StringComparison.Ordinal);
        Assert.Contains("'erp'", wrong.Message, StringComparison.Ordinal);
    }

    // The retries of the standard handler wait by the system's clock, so they are without delay here.
    private static Task<TestApp> StartAsync(string order)
    {
        string[] calls = order.Split(", ");
        return TestApp.StartAsync(
            services: services =>
            {
                if (calls.Contains("defaults"))
                {
                    services.ConfigureHttpClientDefaults(http => AddStandard(http));
                }
            },
            http: http =>
            {
                // The call of AddVismaToken in TestApp is the last one.
                foreach (string call in calls.TakeWhile(call => call != "token"))
                {
                    Add(http, call);
                }
            },
            after: http =>
            {
                foreach (string call in calls.SkipWhile(call => call != "token").Skip(1))
                {
                    Add(http, call);
                }
            });
    }

    private static void Add(IHttpClientBuilder http, string call)
    {
        if (call == "limits")
        {
            http.AddVismaResilience(options => options.MaxWait = TimeSpan.FromSeconds(8));
        }
        else if (call == "standard")
        {
            AddStandard(http);
        }
    }

    private static void AddStandard(IHttpClientBuilder http) => http.AddStandardResilienceHandler(options => options.Retry.Delay = TimeSpan.Zero);
}

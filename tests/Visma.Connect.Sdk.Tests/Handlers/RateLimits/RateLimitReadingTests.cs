using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Handlers.RateLimits;

/// <summary>The budgets of a process, as an application reads them.</summary>
public class RateLimitReadingTests
{
    [Fact]
    public async Task Budgets_can_be_read_for_each_company()
    {
        await using TestApp app = await TestApp.StartAsync(http: http => http.AddVismaResilience());
        VismaRateLimits limits = app.Services.GetRequiredService<VismaRateLimits>();
        FakeCompany busy = app.AddCompany("Busy AS");
        FakeCompany other = app.AddCompany("Other AS");
        (await app.SendAsync(other)).Dispose();
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.TooManyCalls(RateLimitDialect.NetErp, seconds: 3000));
        await Assert.ThrowsAsync<VismaRateLimitException>(() => app.SendAsync(busy));

        CallBudget exhausted = Assert.Single(limits.Find("NetErp", TestApp.KeyOf(busy)));
        CallBudget open = Assert.Single(limits.Find("NetErp", TestApp.KeyOf(other)));

        Assert.Equal(app.Time.GetUtcNow() + TimeSpan.FromSeconds(3000), exhausted.OpensAt);
        Assert.Equal((0, 5000), (exhausted.LastSeen?.Remaining, exhausted.LastSeen?.Limit));
        Assert.Null(open.OpensAt);
        Assert.Equal(4999, open.LastSeen?.Remaining);
        Assert.Equal(2, limits.Find("neterp", TokenKey.ForClient("ERP")).Count);
        Assert.Empty(limits.Find("Dinero", TestApp.KeyOf(busy)));
    }

    [Fact]
    public async Task Scopes_of_a_token_do_not_divide_the_budget_of_a_company()
    {
        await using TestApp app = await TestApp.StartAsync(http: http => http.AddVismaResilience());
        FakeCompany company = app.AddCompany();
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.TooManyCalls(RateLimitDialect.NetErp, seconds: 3000));
        await Assert.ThrowsAsync<VismaRateLimitException>(() => app.SendAsync(company));

        using HttpRequestMessage other = new HttpRequestMessage(HttpMethod.Get, "customer").SetTokenKey(TestApp.KeyOf(company).WithScopes(TestApp.ReadScope));

        await Assert.ThrowsAsync<VismaRateLimitException>(() => app.Erp.SendAsync(other, TestApp.Cancellation));
    }

    [Fact]
    public async Task Budgets_that_are_neither_used_nor_exhausted_are_removed_from_memory()
    {
        await using TestApp app = await TestApp.StartAsync(http: http => http.AddVismaResilience());
        VismaRateLimits limits = app.Services.GetRequiredService<VismaRateLimits>();
        for (int number = 0; number < 20; number++)
        {
            (await app.SendAsync(app.AddCompany())).Dispose();
        }

        int before = limits.Find("NetErp", TokenKey.ForClient("erp")).Count;
        app.Time.Advance(TimeSpan.FromHours(2));
        (await app.SendAsync(app.AddCompany())).Dispose();

        Assert.Equal(20, before);
        Assert.Single(limits.Find("NetErp", TokenKey.ForClient("erp")));
    }
}

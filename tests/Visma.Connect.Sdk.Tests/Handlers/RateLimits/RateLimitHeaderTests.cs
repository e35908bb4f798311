namespace Visma.Connect.Sdk.Tests.Handlers.RateLimits;

/// <summary>The budget in the headers of Visma.net ERP.</summary>
public class RateLimitHeaderTests
{
    [Fact]
    public async Task Response_says_how_many_calls_are_left()
    {
        await using TestApp app = await TestApp.StartAsync();
        app.Visma.LimitCalls(VismaApi.NetErp, calls: 5000, TimeSpan.FromHours(1));

        using HttpResponseMessage response = await app.SendAsync(app.AddCompany());

        Assert.Equal(new RateLimit(5000, 4999, TimeSpan.FromHours(1), "4-fixed-window"), response.GetRateLimit());
    }

    [Theory]
    [InlineData("X-RateLimit-Remaining", "-1")]
    [InlineData("X-RateLimit-Limit", "99999999999999999999")]
    [InlineData("X-RateLimit-Reset", "1795262400")]
    [InlineData("X-RateLimit-Reset", "soon")]
    public void Header_that_is_no_sensible_number_is_not_used(string header, string value)
    {
        using HttpResponseMessage response = new();
        response.Headers.TryAddWithoutValidation(header, value);

        RateLimit? read = response.GetRateLimit();

        Assert.Equal((null, null, null), (read?.Limit, read?.Remaining, read?.Reset));
    }

    [Fact]
    public void Response_without_these_headers_has_no_budget() => Assert.Null(new HttpResponseMessage().GetRateLimit());
}

namespace Visma.Connect.Sdk.Tests.Handlers;

// The netstandard2.0 build knows no HttpClient.Send, but the runtime it runs on does: it must not pass the handler by.
public class SynchronousSendTests
{
    [Fact]
    public async Task Synchronous_send_is_not_supported_and_sends_nothing()
    {
        await using TestApp app = await TestApp.StartAsync();
        await using FakeVisma foreign = await FakeVisma.StartAsync(cancellationToken: TestApp.Cancellation);
        FakeCompany company = app.AddCompany();
        await app.GetTokenAsync(company);

        Assert.Throws<NotSupportedException>(() => app.Erp.Send(TestApp.Request(company), TestApp.Cancellation));
        Assert.Throws<NotSupportedException>(() => app.Erp.Send(new HttpRequestMessage(HttpMethod.Get, foreign.Address), TestApp.Cancellation));

        Assert.Empty(app.Visma.NetErpEndpoint.Requests);
        Assert.Empty(foreign.NetErpEndpoint.Requests);
    }
}

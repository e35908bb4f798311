namespace Visma.Connect.Sdk.Tests.Handlers;

// The netstandard2.0 build has no HttpClient.Send, but the runtime has it. It must not bypass the handler.
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

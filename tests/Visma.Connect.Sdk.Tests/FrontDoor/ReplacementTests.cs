namespace Visma.Connect.Sdk.Tests.FrontDoor;

/// <summary>What an application takes in a constructor can be replaced in its unit tests.</summary>
public class ReplacementTests
{
    [Fact]
    public async Task Connections_can_be_replaced() =>
        Assert.Null(await new NoConnections().FindAsync("erp", "customer-42", TestApp.Cancellation));

    [Fact]
    public async Task Browser_sign_in_can_be_replaced() =>
        Assert.Equal("customer-42", (await new InstantSignIn().ConnectAsync("erp", "customer-42", cancellationToken: TestApp.Cancellation)).Name);

    [Fact]
    public void Client_factory_can_be_replaced() =>
        Assert.Equal("1234", new Companies().ForTenant("1234"));

    private sealed class NoConnections : VismaConnections
    {
        public override Task<VismaConnection?> FindAsync(string client, string connection, CancellationToken cancellationToken = default) =>
            Task.FromResult<VismaConnection?>(null);
    }

    private sealed class InstantSignIn : BrowserSignIn
    {
        public override Task<VismaConnection> ConnectAsync(string client, string connection, BrowserSignInOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(new VismaConnection(TokenKey.ForConnection(client, connection)));
    }

    private sealed class Companies : VismaClientFactory<string>
    {
        public override string ForTenant(string tenantId) => tenantId;
    }
}

namespace Visma.Connect.Sdk.Tests.Testing;

/// <summary>Tests that each start a FakeVisma and an application with a user.</summary>
public abstract class UserTests : IAsyncLifetime
{
    protected PlainApplication App { get; private set; } = null!;

    protected FakeVisma Visma => App.Visma;

    protected static CancellationToken Cancellation => TestApp.Cancellation;

    public async ValueTask InitializeAsync() => App = await PlainApplication.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

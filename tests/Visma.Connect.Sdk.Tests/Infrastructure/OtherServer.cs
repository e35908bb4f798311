using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>
/// An application with a client "other" at an authority "Id" that is not one of Visma's. FakeVisma stands for its server, with a clock that is set by hand.
/// </summary>
public sealed class OtherServer : IAsyncDisposable
{
    public const string RedirectUri = "https://acme.example/callback";

    private readonly ServiceProvider _provider;

    private OtherServer(FakeVisma visma, ManualTime time, FakeClient client, FakeUser user, ServiceProvider provider)
    {
        Visma = visma;
        Time = time;
        Client = client;
        User = user;
        _provider = provider;
    }

    public static TokenKey Key { get; } = TokenKey.ForClient("other");

    public FakeVisma Visma { get; }

    public ManualTime Time { get; }

    public FakeClient Client { get; }

    public FakeUser User { get; }

    public IServiceProvider Services => _provider;

    public VismaConnections Connections => _provider.GetRequiredService<VismaConnections>();

    public FakeIdentityServer Server => Visma.Connect;

    public static async Task<OtherServer> StartAsync(
        Action<VismaAuthorityOptions>? authority = null,
        Action<VismaClientOptions>? client = null,
        Action<VismaConnectBuilder>? builder = null)
    {
        ManualTime time = new();
        FakeVisma visma = await FakeVisma.StartAsync(time, TestApp.Cancellation);
        FakeClient registered = visma.AddClient("acme", "api", "openid", "offline_access").AllowRedirectTo(RedirectUri);
        ServiceCollection services = new();
        services.AddSingleton<TimeProvider>(time);
        VismaConnectBuilder connect = services.AddVismaConnect(options =>
        {
            VismaClientOptions other = registered.ToOptions();
            other.Authority = "Id";
            client?.Invoke(other);
            options.Clients["other"] = other;
            VismaAuthorityOptions id = new() { BaseAddress = visma.Address, Discover = true };
            authority?.Invoke(id);
            options.Authorities["Id"] = id;
            options.AllowConnectionsInMemory = true;
        });
        builder?.Invoke(connect);
        FakeUser user = visma.AddUser("Kari Nordmann", visma.AddCompany("Acme AS"));
        return new OtherServer(visma, time, registered, user, services.BuildServiceProvider(validateScopes: true));
    }

    public Task<AccessToken> GetTokenAsync(TokenKey? key = null) =>
        _provider.GetRequiredService<ITokenSource>().GetTokenAsync(key ?? Key, TestApp.Cancellation).AsTask().Soon();

    public async Task<AuthorizationResponse> SignInAsync(AuthorizationRequest request) =>
        AuthorizationResponse.FromUri((await Visma.SignInAsync(request.Url, User, cancellationToken: TestApp.Cancellation)).Uri);

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        await Visma.DisposeAsync();
    }
}

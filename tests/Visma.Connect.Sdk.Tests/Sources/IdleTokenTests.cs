using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Sources;

public class IdleTokenTests
{
    [Fact]
    public async Task Expired_token_that_nobody_asks_for_is_dropped()
    {
        await using TestApp app = await TestApp.StartAsync();
        WeakReference idle = ObtainToken(app);

        app.Time.Advance(TimeSpan.FromHours(2));
        await app.GetTokenAsync(app.AddCompany());

        await Eventually.TrueAsync(() => !IsAlive(idle));
    }

    [Fact]
    public async Task Idle_token_is_dropped_also_while_no_token_is_renewed()
    {
        await using TestApp app = await TestApp.StartAsync();
        WeakReference idle = ObtainToken(app);
        FakeCompany used = app.AddCompany();
        app.Time.Advance(TimeSpan.FromMinutes(50));
        await app.GetTokenAsync(used);
        app.Time.Advance(TimeSpan.FromMinutes(15));

        await app.GetTokenAsync(used);

        await Eventually.TrueAsync(() => !IsAlive(idle));
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
    }

    // The application keeps the key, for example in a client that is bound to the tenant.
    [Fact]
    public async Task Kept_key_does_not_keep_its_expired_token()
    {
        await using TestApp app = await TestApp.StartAsync();
        TokenKey key = TestApp.KeyOf(app.AddCompany());
        WeakReference idle = ObtainToken(app, key);

        app.Time.Advance(TimeSpan.FromHours(2));
        await app.GetTokenAsync(app.AddCompany());

        await Eventually.TrueAsync(() => !IsAlive(idle));
        GC.KeepAlive(key);
    }

    [Fact]
    public async Task Token_that_is_still_good_is_kept()
    {
        await using TestApp app = await TestApp.StartAsync();
        WeakReference kept = ObtainToken(app);

        app.Time.Advance(TimeSpan.FromMinutes(50));
        await app.GetTokenAsync(app.AddCompany());

        Assert.True(IsAlive(kept));
    }

    [Fact]
    public async Task Failures_in_a_row_are_counted_on_when_idle_tokens_are_dropped()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany stranger = app.Visma.AddCompany("Stranger AS");
        TimeSpan gone = TimeSpan.Zero;
        for (TimeSpan pause = TimeSpan.Zero; gone < TimeSpan.FromSeconds(32); gone += pause)
        {
            VismaConnectException refused = await Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync(stranger).AsTask());
            Assert.Equal("invalid_tenant", refused.Error);
            pause = refused.RetryAfter ?? TimeSpan.Zero;
            app.Time.Advance(pause);
        }

        // Idle tokens are dropped once a minute. The last pause of the stranger has just ended, after 45 to 61 seconds.
        app.Time.Advance(gone < TimeSpan.FromMinutes(1) ? TimeSpan.FromMinutes(1) - gone : TimeSpan.Zero);
        await app.GetTokenAsync(app.AddCompany());
        int before = app.TokenEndpoint.Requests.Count;
        await Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync(stranger).AsTask());
        VismaConnectException held = await Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync(stranger).AsTask());

        Assert.Equal(before + 1, app.TokenEndpoint.Requests.Count);
        Assert.InRange(held.RetryAfter!.Value, TimeSpan.FromSeconds(16), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Failures_of_a_key_that_nobody_asks_for_are_dropped()
    {
        await using TestApp app = await TestApp.StartAsync();
        WeakReference idle = FailToObtainToken(app);

        app.Time.Advance(TimeSpan.FromMinutes(1));
        await app.GetTokenAsync(app.AddCompany());

        await Eventually.TrueAsync(() => !IsAlive(idle));
    }

    // In separate methods, so that no local variable of a test references the token or the name.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference FailToObtainToken(TestApp app) =>
        new(Task.Run(() => Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync(app.Visma.AddCompany("Stranger AS")).AsTask())).Result);

    // Names can come from requests: an application passes on a part of a path.
    [Fact]
    public async Task Unknown_names_of_clients_are_not_remembered()
    {
        await using TestApp app = await TestApp.StartAsync();
        List<WeakReference> names = [];
        for (int name = 0; name < 10; name++)
        {
            names.Add(AskForUnknown(app, name));
            names.Add(BeginUnknown(app, name));
        }

        await Eventually.TrueAsync(() => !names.Exists(IsAlive));
        await app.GetTokenAsync(app.AddCompany());
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference AskForUnknown(TestApp app, int number)
    {
        TokenKey key = TokenKey.ForTenant($"unknown-{number}", "a1b2");
        Task<AccessToken> call = app.Tokens.GetTokenAsync(key, TestApp.Cancellation).AsTask();
        ((IAsyncResult)call).AsyncWaitHandle.WaitOne();
        Assert.IsType<InvalidOperationException>(call.Exception!.InnerException);
        return new WeakReference(key.Client);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference BeginUnknown(TestApp app, int number)
    {
        string name = $"unknown-{number}";
        Assert.Throws<InvalidOperationException>(() => app.Services.GetRequiredService<VismaConnections>().Begin(name, "customer-42"));
        return new WeakReference(name);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference ObtainToken(TestApp app) => new(Task.Run(() => app.GetTokenAsync(app.AddCompany()).AsTask()).Result);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference ObtainToken(TestApp app, TokenKey key) => new(Task.Run(() => app.Tokens.GetTokenAsync(key).AsTask()).Result);

    private static bool IsAlive(WeakReference reference)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return reference.IsAlive;
    }
}

using System.Runtime.CompilerServices;

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
    public async Task Token_that_is_still_good_is_kept()
    {
        await using TestApp app = await TestApp.StartAsync();
        WeakReference kept = ObtainToken(app);

        app.Time.Advance(TimeSpan.FromMinutes(50));
        await app.GetTokenAsync(app.AddCompany());

        Assert.True(IsAlive(kept));
    }

    // In a separate method, so that no local variable of the test references the token.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference ObtainToken(TestApp app) => new(Task.Run(() => app.GetTokenAsync(app.AddCompany()).AsTask()).Result);

    private static bool IsAlive(WeakReference reference)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return reference.IsAlive;
    }
}

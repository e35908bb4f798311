namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Processes;

public class PulseTests
{
    [Fact]
    public async Task Whoever_waits_misses_nothing_that_several_threads_do_at_once()
    {
        const int Threads = 4;
        const int Beats = 500_000;
        Pulse pulse = new();
        int done = 0;

        Task[] actors = [.. Enumerable.Range(0, Threads).Select(_ => Task.Factory.StartNew(Act, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default))];

        Assert.True(await pulse.UntilAsync(() => Volatile.Read(ref done) == Threads * Beats, TimeSpan.FromSeconds(60)));
        await Task.WhenAll(actors).Soon();

        void Act()
        {
            for (int number = 0; number < Beats; number++)
            {
                Interlocked.Increment(ref done);
                pulse.Beat();
            }
        }
    }
}

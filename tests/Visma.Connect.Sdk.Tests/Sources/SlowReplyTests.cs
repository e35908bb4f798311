using System.IO.Compression;
using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Sources;

/// <summary>Token endpoints whose replies are late, or do not end.</summary>
public class SlowReplyTests
{
    private const int Always = int.MaxValue;

    private static readonly int[] SlowReplies = [1, 2, 4, 8, Always];

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task Late_reply_ends_no_connection_whatever_the_grace_period(int grace, double delayInTimeouts)
    {
        TimeSpan delay = TimeSpan.FromSeconds(delayInTimeouts * (grace == 0 ? 10 : Math.Clamp(grace / 6.0, 2, 10)));
        foreach (int slow in SlowReplies)
        {
            FakeReplay replay = (FakeReplay)(slow % 3);
            await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(grace), replay));
            AppProcess process = await app.StartWithExpiredTokenAsync();
            Queue<FakePause> late = new(Enumerable.Range(0, Math.Min(slow, 30)).Select(_ => app.TokenEndpoint.PauseNextReply()));
            for (int renewal = 0; renewal < Math.Min(slow, 8) + 1; renewal++)
            {
                await LateAsync(app, process.GetTokenAsync(), late, delay, grace);
                app.Expire();
            }

            Assert.Equal(ConnectionState.Active, (await app.EntryAsync()).State);
            Assert.Empty(app.Visma.NeedlessReplays);
        }
    }

    public static TheoryData<int, double> Cells() => [.. from grace in (int[])[0, 5, 10, 12, 20, 30, 60] from delay in (double[])[0.5, 1.2, 2, 5] select (grace, delay)];

    [Fact]
    public async Task Other_process_waits_as_long_as_the_first_one_listens()
    {
        await using UserApp app = await UserApp.StartAsync();
        (AppProcess first, FakePause reply, Task<AccessToken> call) = await app.StartWithOpenRenewalAsync();
        await first.PassAsync(TimeSpan.FromSeconds(30));
        await Eventually.TrueAsync(() => app.Cache.Calls.Any(save => save.Entry?.Mark?.Lease > TimeSpan.FromSeconds(100)));

        AppProcess second = app.StartProcess();
        Task<AccessToken> waiting = second.GetTokenAsync();
        await second.WatchForAsync(TimeSpan.FromSeconds(50));
        Assert.False(waiting.IsCompleted);
        reply.Release();
        await call;
        await second.WatchUntilAsync(waiting);

        Assert.Equal((await call).Value, (await waiting).Value);
        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Other_process_does_not_take_over_from_one_that_listens_within_the_grace_period()
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60)));
        (AppProcess first, FakePause reply, Task<AccessToken> call) = await app.StartWithOpenRenewalAsync();
        await first.PassAsync(TimeSpan.FromSeconds(10));
        await Eventually.TrueAsync(() => app.Cache.Calls.Any(save => save.Entry?.Mark?.Lease > TimeSpan.FromSeconds(30)));

        AppProcess second = app.StartProcess();
        Task<AccessToken> waiting = second.GetTokenAsync();
        await second.WatchForAsync(TimeSpan.FromSeconds(16));
        reply.Release();
        await call;
        await second.WatchUntilAsync(waiting);

        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Second_request_with_a_reusable_token_is_listened_to_for_longer_than_the_first()
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.ReUse, options => options.RefreshTokens = RefreshTokenKind.ReUse);
        AppProcess process = await app.StartWithExpiredTokenAsync();
        Queue<FakePause> late = new(Enumerable.Range(0, 2).Select(_ => app.TokenEndpoint.PauseNextReply()));

        await LateAsync(app, process.GetTokenAsync(), late, delay: TimeSpan.FromSeconds(50), grace: 0);

        Assert.Equal(2, app.Renewals);
    }

    [Theory]
    [InlineData(FakeReplay.Same)]
    [InlineData(FakeReplay.New)]
    [InlineData(FakeReplay.Newest)]
    public async Task Silence_after_a_lost_request_is_given_up_while_a_third_send_still_arrives_within_the_grace_period(FakeReplay replay)
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60), replay));
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.AnswerNext(FakeReply.Drop);
        using FakePause silence = app.TokenEndpoint.PauseNextReply();
        Task<AccessToken> call = process.GetTokenAsync();
        await silence.Reached.Soon();

        await process.PassAsync(TimeSpan.FromSeconds(10));
        await process.PassAsync(TimeSpan.FromSeconds(18));
        await call;

        Assert.Equal(3, app.Renewals);
        Assert.Empty(app.Visma.NeedlessReplays);
        app.Expire();
        await process.GetTokenAsync();
    }

    [Theory]
    [InlineData(60, FakeReplay.Same, 10, 18.0, 5.0)]
    [InlineData(60, FakeReplay.New, 10, 18.0, 5.0)]
    [InlineData(60, FakeReplay.Newest, 10, 18.0, 5.0)]
    [InlineData(30, FakeReplay.Newest, 5, 8.0, 3.0)]
    [InlineData(12, FakeReplay.Newest, 2, 1.5, 1.5)]
    public async Task Two_silent_replies_in_a_row_lose_nothing_within_the_grace_period(int grace, FakeReplay replay, int slow, double first, double second)
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(grace), replay));
        AppProcess process = await app.StartWithExpiredTokenAsync();
        FakePause[] silent = [app.TokenEndpoint.PauseNextReply(), app.TokenEndpoint.PauseNextReply()];
        Task<AccessToken> call = process.GetTokenAsync();
        foreach ((FakePause reply, double rest) in silent.Zip([first, second]))
        {
            await reply.Reached.Soon();
            await process.PassAsync(TimeSpan.FromSeconds(slow));
            await process.PassAsync(TimeSpan.FromSeconds(rest));
        }

        await call;

        Assert.Equal(3, app.Renewals);
        Assert.Empty(app.Visma.NeedlessReplays);
        app.Expire();
        await process.GetTokenAsync();
    }

    [Fact]
    public async Task Third_request_is_listened_to_after_the_grace_period_too()
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60)));
        AppProcess process = await app.StartWithExpiredTokenAsync();
        FakePause[] late = [app.TokenEndpoint.PauseNextReply(), app.TokenEndpoint.PauseNextReply(), app.TokenEndpoint.PauseNextReply()];
        Task<AccessToken> call = process.GetTokenAsync();
        foreach ((FakePause reply, double listening) in late.Zip([18.0, 5, 18]))
        {
            await reply.Reached.Soon();
            await process.PassAsync(TimeSpan.FromSeconds(10));
            await process.PassAsync(TimeSpan.FromSeconds(listening));
        }

        await process.WaitsForAsync(TimeSpan.FromSeconds(72));
        late[^1].Release();
        await call;

        Assert.Equal(3, app.Renewals);
    }

    [Fact]
    public async Task Reply_is_awaited_for_longer_if_the_token_may_never_be_sent_again()
    {
        await using UserApp app = await UserApp.StartAsync(
            FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60)),
            options => options.RefreshTokenReplay = RefreshTokenReplay.Never);
        (AppProcess process, FakePause reply, Task<AccessToken> call) = await app.StartWithOpenRenewalAsync();
        await process.PassAsync(TimeSpan.FromSeconds(10));
        await process.PassAsync(TimeSpan.FromSeconds(18));

        await process.WaitsForAsync(TimeSpan.FromSeconds(72));
        reply.Release();
        await call;

        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Other_process_waits_although_the_cache_failed_when_the_first_one_said_that_it_listens()
    {
        await using UserApp app = await UserApp.StartAsync();
        (AppProcess first, FakePause reply, Task<AccessToken> call) = await app.StartWithOpenRenewalAsync();
        app.Cache.FailNext(save => save.Entry?.Mark?.Lease > TimeSpan.FromSeconds(100));
        await first.PassAsync(TimeSpan.FromSeconds(30));
        await Eventually.TrueAsync(() => app.Cache.Calls.Count(save => save.Entry?.Mark?.Lease > TimeSpan.FromSeconds(100)) == 2);

        AppProcess second = app.StartProcess();
        Task<AccessToken> waiting = second.GetTokenAsync();
        await second.WatchForAsync(TimeSpan.FromSeconds(50));
        Assert.False(waiting.IsCompleted);
        reply.Release();
        await call;
        await second.WatchUntilAsync(waiting);

        Assert.Equal(((await call).Value, 1), ((await waiting).Value, app.Renewals));
    }

    [Fact]
    public async Task Process_that_listens_says_so_when_the_cache_works_again()
    {
        await using UserApp app = await UserApp.StartAsync();
        (AppProcess process, FakePause reply, Task<AccessToken> call) = await app.StartWithOpenRenewalAsync();
        app.Cache.IsDown = true;
        await process.PassAsync(TimeSpan.FromSeconds(30));

        await process.WaitsForAsync(TimeSpan.FromSeconds(1));
        app.Cache.IsDown = false;
        await process.PassAsync(TimeSpan.FromSeconds(1));

        await Eventually.TrueAsync(async () => (await app.EntryAsync()).Mark!.Lease > TimeSpan.FromSeconds(100));
        reply.Release();
        await call;
    }

    [Fact]
    public async Task Owner_that_was_stopped_and_listens_again_is_not_replaced_by_a_process_that_had_found_its_mark_lapsed()
    {
        await using UserApp app = await UserApp.StartAsync();
        (AppProcess first, FakePause reply, Task<AccessToken> call) = await app.StartWithOpenRenewalAsync();
        app.Cache.FailsToList = true;
        AppProcess second = app.StartProcess(RenewalRaceTests.ClockOf(app));
        Task<AccessToken> early = second.GetTokenAsync();
        await second.WatchUntilAsync(early);
        await Assert.ThrowsAsync<VismaConnectException>(() => early);

        await first.PassAsync(TimeSpan.FromSeconds(30));
        await Eventually.TrueAsync(async () => (await app.EntryAsync()).Mark!.Lease > TimeSpan.FromSeconds(100));
        app.Cache.FailsToList = false;
        Task<AccessToken> waiting = second.GetTokenAsync();
        await second.WatchForAsync(TimeSpan.FromSeconds(10));
        Assert.False(waiting.IsCompleted);
        reply.Release();
        await call;
        await second.WatchUntilAsync(waiting);

        Assert.Equal(((await call).Value, 1), ((await waiting).Value, app.Renewals));
    }

    [Fact]
    public async Task Late_reply_brings_back_a_connection_that_another_process_has_ended()
    {
        await using UserApp app = await UserApp.StartAsync(client: options => options.RefreshTokenReplay = RefreshTokenReplay.Never);
        (AppProcess first, FakePause reply, Task<AccessToken> call) = await app.StartWithOpenRenewalAsync();
        TokenEntry marked = await app.EntryAsync();
        TokenEntry ended = marked with { Version = "ended", State = ConnectionState.ReauthorizationRequired, StateReason = "The process is dead.", Mark = null };
        Assert.True(await app.Cache.SaveAsync(UserApp.Key, ended, marked.Version, TestApp.Cancellation));

        reply.Release();
        await call;

        Assert.Equal((ConnectionState.Active, 1), ((await app.EntryAsync()).State, (await app.EntryAsync()).Attempt));
    }

    [Theory]
    [InlineData(0, 45)]
    [InlineData(0, 95)]
    [InlineData(5, 10)]
    [InlineData(60, 45)]
    [InlineData(60, 95)]
    public async Task Process_that_was_stopped_reads_its_socket_before_its_time_limit_counts(int grace, int stoppedFor)
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(grace)));
        (AppProcess process, FakePause reply, Task<AccessToken> call) = await app.StartWithOpenRenewalAsync();

        app.Time.Advance(TimeSpan.FromSeconds(stoppedFor));
        reply.Release();

        await call;
        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Process_that_goes_on_just_after_its_time_limit_reads_its_socket_first()
    {
        await using UserApp app = await UserApp.StartAsync();
        (AppProcess process, FakePause reply, Task<AccessToken> call) = await app.StartWithOpenRenewalAsync();
        await process.PassAsync(TimeSpan.FromSeconds(30));
        await process.WaitsForAsync(TimeSpan.FromSeconds(70));

        app.Time.Advance(TimeSpan.FromSeconds(70.5));
        reply.Release();

        await call;
        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Whole_reply_that_never_ends_is_used()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        using FakePause ofConsent = app.TokenEndpoint.StallNextReply();
        Task<VismaConnection> connecting = app.ConnectAsync(process);
        await process.PassAsync(TimeSpan.FromSeconds(3));
        await connecting;
        app.Expire();
        using FakePause ofRenewal = app.TokenEndpoint.StallNextReply();

        Task<AccessToken> call = process.GetTokenAsync();
        await process.PassAsync(TimeSpan.FromSeconds(3));
        await call;

        Assert.Equal(1, app.Renewals);
    }

    // Both come at the same moment, for example after the process was stopped.
    [Fact]
    public async Task Whole_reply_is_used_although_its_end_comes_together_with_the_limit()
    {
        StrongBox<EndWithTheLimit?> body = new();
        StrongBox<bool> isOn = new();
        StrongBox<TimeProvider?> time = new();
        await using UserApp app = await UserApp.StartAsync(services: Through(() => new EndingHandler(body, isOn, time)));
        time.Value = app.Time;
        AppProcess process = await app.StartWithExpiredTokenAsync();
        isOn.Value = true;
        Task<AccessToken> call = process.GetTokenAsync();
        await Eventually.TrueAsync(() => body.Value is { IsReadToItsEnd: true });
        await process.WaitsForAsync(TimeSpan.FromSeconds(3));

        body.Value!.End();
        await call;

        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Refresh_token_in_a_part_of_a_reply_counts_whatever_the_transport_throws_after_it()
    {
        StrongBox<bool> isOn = new();
        await using UserApp app = await UserApp.StartAsync(services: Through(() => new BreakingHandler(isOn)));
        AppProcess process = await app.StartWithExpiredTokenAsync();
        isOn.Value = true;

        await process.GetTokenAsync();

        Assert.Empty(app.Visma.NeedlessReplays);
        Assert.Contains(app.Log.Lines, line => line.Contains("only the refresh token could be used; it is saved", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Refusal_counts_although_the_cache_reported_the_longer_lease_as_failed()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal("invalid_grant"));
        using FakePause reply = app.TokenEndpoint.PauseNext();
        Task<AccessToken> call = process.GetTokenAsync();
        await reply.Reached.Soon();
        app.Cache.FailNext(save => save.Entry?.Mark?.Lease > TimeSpan.FromSeconds(100), after: true);
        await process.PassAsync(TimeSpan.FromSeconds(30));
        await Eventually.TrueAsync(() => app.Cache.Calls.Any(save => save.Entry?.Mark?.Lease > TimeSpan.FromSeconds(100)));

        reply.Release();
        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => call);

        Assert.Equal(1, app.Renewals);
        Assert.Contains("refused", (await app.EntryAsync()).StateReason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 30, 70)]
    [InlineData(60, 10, 18)]
    public async Task Refresh_token_in_a_reply_that_never_ends_counts_when_the_time_is_over(int grace, params int[] limits)
    {
        // Set after the consent, whose reply can come in parts as well.
        StrongBox<TaskCompletionSource?> hasRead = new();
        await using UserApp app = await UserApp.StartAsync(
            FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(grace)),
            services: Through(() => new ReadingHandler(hasRead)));
        AppProcess process = await app.StartWithExpiredTokenAsync();
        hasRead.Value = new TaskCompletionSource();
        using FakePause reply = app.TokenEndpoint.StallNextReply("refresh_token");
        Task<AccessToken> call = process.GetTokenAsync();
        await hasRead.Value.Task.Soon();
        foreach (int limit in limits)
        {
            await process.PassAsync(TimeSpan.FromSeconds(limit));
        }

        await call;

        Assert.Empty(app.Visma.NeedlessReplays);
        Assert.Contains(app.Log.Lines, line => line.Contains("only the refresh token could be used; it is saved", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Exception_of_a_transport_after_the_exchange_is_a_lost_reply()
    {
        StrongBox<bool> fails = new();
        await using UserApp app = await UserApp.StartAsync(
            FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(10)),
            services: Through(() => new TimeoutHandler(fails)));
        AppProcess process = await app.StartWithExpiredTokenAsync();
        fails.Value = true;

        await process.GetTokenAsync();

        Assert.Equal(2, app.Renewals);
        Assert.Equal(ConnectionState.Active, (await app.EntryAsync()).State);
    }

    [Fact]
    public async Task Reply_that_is_compressed_unasked_is_read()
    {
        await using UserApp app = await UserApp.StartAsync(
            services: Through(() => new CompressingHandler()));
        AppProcess process = await app.StartWithExpiredTokenAsync();

        await process.GetTokenAsync();

        Assert.Equal(1, app.Renewals);
        Assert.Equal("identity", app.TokenEndpoint.Requests[^1].Headers["Accept-Encoding"]);
    }

    [Fact]
    public async Task Reply_that_is_compressed_is_read_up_to_the_limit()
    {
        await using UserApp app = await UserApp.StartAsync(
            services: Through(() => new CompressingHandler()));
        app.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, new string(' ', 64 * 1024 * 1024)));

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => app.ConnectAsync(app.StartProcess()));

        Assert.Contains("a reply of more than 1 MiB", error.Message, StringComparison.Ordinal);
    }

    private static Action<IServiceCollection> Through(Func<DelegatingHandler> handler) =>
        services => services.AddVismaConnect(_ => { }).ConfigureTokenRequests(http => http
            .AssumePrimaryHandlerNeverRedirects()
            .ConfigurePrimaryHttpMessageHandler(() =>
            {
                DelegatingHandler transport = handler();
                transport.InnerHandler = new SocketsHttpHandler { AllowAutoRedirect = false };
                return transport;
            }));

    // Advances the clock until the call has ended: to the next time limit of the library, or to the next late reply.
    private static async Task LateAsync(UserApp app, Task<AccessToken> call, Queue<FakePause> late, TimeSpan delay, int grace)
    {
        TimeSpan cacheOperation = TimeSpan.FromSeconds(grace == 0 ? 2.1 : Math.Clamp(grace / 30.0, 0.5, 2) + 0.1);
        while (!call.IsCompleted)
        {
            await Eventually.TrueAsync(() => call.IsCompleted || (late.TryPeek(out FakePause? next) && next.Reached.IsCompleted), "a request or the end of the call");
            if (!call.IsCompleted)
            {
                await ListenAsync(app, call, late.Dequeue(), delay, cacheOperation);
            }
        }

        await call;
    }

    private static async Task ListenAsync(UserApp app, Task call, FakePause reply, TimeSpan left, TimeSpan cacheOperation)
    {
        int sends = Sends(app);
        while (true)
        {
            await Eventually.TrueAsync(
                () => call.IsCompleted || (app.Time.PendingTimers is [TimeSpan only] && only > cacheOperation),
                "the time limit of an open request");
            TimeSpan limit = app.Time.PendingTimers.DefaultIfEmpty().Max();
            if (call.IsCompleted || Sends(app) > sends)
            {
                return;
            }

            if (left <= limit)
            {
                app.Time.Advance(left);
                reply.Release();
                await Eventually.TrueAsync(() => call.IsCompleted, "the end of the call after its late reply");
                return;
            }

            left -= limit;
            app.Time.Advance(limit);
        }
    }

    private static int Sends(UserApp app) => app.Cache.Calls.Where(call => call.SetsMark).Select(call => call.Entry!.Mark!.Id).Distinct().Count();

    // Like a resilience library that gives up on a request whose reply was on its way.
    private sealed class TimeoutHandler(StrongBox<bool> fails) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            if (!fails.Value)
            {
                return response;
            }

            fails.Value = false;
            response.Dispose();
            throw new TimeoutException("The operation timed out.");
        }
    }

    private sealed class CompressingHandler : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            byte[] body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            MemoryStream compressed = new();
            using (GZipStream compressing = new(compressed, CompressionMode.Compress, leaveOpen: true))
            {
                compressing.Write(body);
            }

            response.Content = new ByteArrayContent(compressed.ToArray());
            response.Content.Headers.ContentType = new("application/json");
            response.Content.Headers.ContentEncoding.Add("gzip");
            return response;
        }
    }

    // Reports when all of a reply that does not end is read.
    private sealed class ReadingHandler(StrongBox<TaskCompletionSource?> hasRead) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            HttpContent content = response.Content;
            response.Content = new StreamContent(new ReadStream(await content.ReadAsStreamAsync(cancellationToken), hasRead));
            return response;
        }
    }

    // Like a resilience library that ends the body of a reply.
    private sealed class BreakingHandler(StrongBox<bool> isOn) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            if (isOn.Value)
            {
                isOn.Value = false;
                byte[] body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
                response.Content = new StreamContent(new BreakingStream(body[..^1]));
            }

            return response;
        }
    }

    private sealed class BreakingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position < Length ? base.ReadAsync(buffer, cancellationToken) : throw new InvalidOperationException("The circuit is open.");

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            Position < Length ? base.ReadAsync(buffer, offset, count, cancellationToken) : throw new InvalidOperationException("The circuit is open.");
    }

    // Its body has arrived, and its end comes when the test says so.
    private sealed class EndingHandler(StrongBox<EndWithTheLimit?> body, StrongBox<bool> isOn, StrongBox<TimeProvider?> time) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            if (isOn.Value)
            {
                isOn.Value = false;
                body.Value = new EndWithTheLimit(await response.Content.ReadAsByteArrayAsync(cancellationToken), (ManualTime)time.Value!);
                response.Content = new StreamContent(body.Value);
            }

            return response;
        }
    }

    private sealed class EndWithTheLimit(byte[] bytes, ManualTime time) : MemoryStream(bytes)
    {
        private readonly TaskCompletionSource<int> _end = new();

        public bool IsReadToItsEnd { get; private set; }

        public void End() => _end.SetResult(0);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position < Length)
            {
                return base.ReadAsync(buffer, cancellationToken);
            }

            // Before the reader hears of the end, its limit has passed.
            _ = _end.Task.ContinueWith(
                _ => time.Advance(TimeSpan.FromSeconds(1)),
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            IsReadToItsEnd = true;
            return new ValueTask<int>(_end.Task);
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            Position < Length ? base.ReadAsync(buffer, offset, count, cancellationToken) : ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    private sealed class ReadStream(Stream over, StrongBox<TaskCompletionSource?> hasRead) : Stream
    {
        private bool _hasBytes;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            ValueTask<int> reading = over.ReadAsync(buffer, cancellationToken);
            if (_hasBytes && !reading.IsCompleted)
            {
                hasRead.Value?.TrySetResult();
            }

            int read = await reading;
            _hasBytes |= read > 0;
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();
    }
}

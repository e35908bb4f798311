using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Visma.Connect.Sdk.AspNetCore.Tests.Infrastructure;

namespace Visma.Connect.Sdk.AspNetCore.Tests.Webhooks;

/// <summary>An event is given to the handler of one process, once.</summary>
public class WebhookHandlingTests
{
    private const string Body = """{"tableIdentifier":"associate","event":"UPDATE","companyNo":5}""";

    private int _handled;

    [Fact]
    public async Task Event_that_is_sent_again_is_handled_once()
    {
        await using WebhookApp app = await StartAsync(Succeed);

        Assert.Equal([(200, null), (200, null)], [await app.SendAsync(Body), await app.SendAsync(Body)]);
        Assert.Equal(1, _handled);
    }

    [Fact]
    public async Task Events_with_the_same_body_and_other_notification_ids_are_each_handled_by_default()
    {
        await using WebhookApp app = await StartAsync(Succeed);

        await app.SendAsync(Body, "n-1");
        await app.SendAsync(Body, "n-2");

        Assert.Equal(2, _handled);
    }

    // The id is not signed, so a recorded delivery can have any.
    [Fact]
    public async Task Recorded_event_under_another_notification_id_is_not_handled_where_bodies_are_compared()
    {
        await using WebhookApp app = await StartAsync(Succeed, options => options.Duplicates = WebhookDuplicates.Body);

        Assert.Equal([(200, null), (200, null)], [await app.SendAsync(Body, "n-1"), await app.SendAsync(Body, "n-2")]);
        Assert.Equal(1, _handled);
    }

    [Fact]
    public async Task Endpoints_in_two_groups_each_handle_their_event()
    {
        List<string> handled = [];
        await using WebhookApp app = await WebhookApp.StartAsync(web =>
        {
            foreach (string group in (string[])["/north", "/south"])
            {
                web.MapGroup(group).MapVismaWebhook("/hooks", (_, _) => AddAsync(group));
            }
        });

        foreach (string path in (string[])["/north/hooks", "/south/hooks", "/north/hooks"])
        {
            using HttpRequestMessage delivery = WebhookApp.Delivery(Body);
            delivery.RequestUri = new Uri(path, UriKind.Relative);
            using HttpResponseMessage response = await app.Visma.SendAsync(delivery, TestContext.Current.CancellationToken);
            Assert.Equal(200, (int)response.StatusCode);
        }

        Assert.Equal(["/north", "/south"], handled);

        Task AddAsync(string group)
        {
            handled.Add(group);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Every_delivery_is_handled_where_duplicates_are_not_recognised()
    {
        await using WebhookApp app = await StartAsync(Succeed, options => options.Duplicates = WebhookDuplicates.None);

        await app.SendAsync(Body);
        await app.SendAsync(Body);

        Assert.Equal(2, _handled);
    }

    [Fact]
    public async Task Event_is_handled_again_after_the_retention()
    {
        await using WebhookApp app = await StartAsync(Succeed);
        await app.SendAsync(Body);
        app.Time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        await app.SendAsync(Body);
        int before = _handled;
        app.Time.Advance(TimeSpan.FromSeconds(1));

        await app.SendAsync(Body);

        Assert.Equal((1, 2), (before, _handled));
    }

    [Fact]
    public async Task Handler_that_fails_is_answered_500_and_called_again()
    {
        await using WebhookApp app = await StartAsync(
            (_, _) => Interlocked.Increment(ref _handled) == 1 ? throw new InvalidOperationException("database is down") : Task.CompletedTask);

        Assert.Equal([(500, null), (200, null), (200, null)], [await app.SendAsync(Body), await app.SendAsync(Body), await app.SendAsync(Body)]);
        Assert.Equal(2, _handled);
        Assert.Contains(app.Log.Lines, line => line.StartsWith("Error Visma.Connect.Sdk 64 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Second_delivery_during_the_handler_is_sent_away_in_every_process()
    {
        Gate handler = new();
        MemoryTokenCache shared = new();
        ManualTime time = new();
        await using WebhookApp first = await StartAsync((_, _) => handler.PassAsync(), cache: shared, time: time);
        await using WebhookApp second = await StartAsync(Succeed, cache: shared, time: time);
        Task<(int, int?)> running = first.SendAsync(Body);
        await handler.Reached;

        Assert.Equal((503, 90), await second.SendAsync(Body));
        Assert.Equal((503, 90), await first.SendAsync(Body));
        handler.Open();

        Assert.Equal((200, null), await running);
        Assert.Equal((200, null), await second.SendAsync(Body));
        Assert.Equal(0, _handled);
    }

    // The process that handled the event was killed: its claim stays.
    [Fact]
    public async Task Event_of_a_process_that_died_is_handled_by_another_one_after_the_lease()
    {
        Gate handler = new();
        MemoryTokenCache shared = new();
        ManualTime time = new();
        await using WebhookApp dead = await StartAsync((_, _) => handler.PassAsync(), cache: shared);
        await using WebhookApp other = await StartAsync(Succeed, cache: shared, time: time);
        Task<(int, int?)> lost = dead.SendAsync(Body);
        await handler.Reached;
        time.Advance(TimeSpan.FromSeconds(89));

        Assert.Equal((503, 1), await other.SendAsync(Body));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((200, null), await other.SendAsync(Body));

        Assert.Equal(1, _handled);
        handler.Open();
        await lost;
    }

    [Fact]
    public async Task Handler_is_cancelled_after_its_time_limit_and_the_event_can_be_sent_again_at_once()
    {
        TaskCompletionSource<CancellationToken> called = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebhookApp app = await StartAsync((_, cancellation) =>
        {
            called.TrySetResult(cancellation);
            return Interlocked.Increment(ref _handled) == 1 ? Task.Delay(Timeout.Infinite, cancellation) : Task.CompletedTask;
        });
        Task<(int, int?)> running = app.SendAsync(Body);
        CancellationToken token = await called.Task;
        await Eventually.TrueAsync(() => app.Time.PendingTimers.Count(timer => timer <= TimeSpan.FromSeconds(35)) >= 2);

        app.Time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal((500, null), await running);
        Assert.True(token.IsCancellationRequested);
        Assert.Equal((200, null), await app.SendAsync(Body));
    }

    // Nobody can end it. It must not run twice at once.
    [Fact]
    public async Task Handler_that_ignores_its_cancellation_keeps_its_event_until_it_ends()
    {
        Gate handler = new();
        await using WebhookApp app = await StartAsync((_, _) =>
        {
            Interlocked.Increment(ref _handled);
            return handler.PassAsync();
        });
        Task<(int, int?)> running = app.SendAsync(Body);
        await handler.Reached;
        await Eventually.TrueAsync(() => app.Time.PendingTimers.Contains(TimeSpan.FromSeconds(35)));

        app.Time.Advance(TimeSpan.FromSeconds(35));

        Assert.Equal((503, 60), await running);
        Assert.Equal((503, 55), await app.SendAsync(Body));
        handler.Open();
        await Eventually.TrueAsync(async () => await app.SendAsync(Body) == (200, null), "the end of the handler");
        Assert.Equal(1, _handled);
    }

    [Fact]
    public async Task Event_is_handled_to_its_end_although_Visma_hangs_up()
    {
        Gate handler = new();
        await using WebhookApp app = await StartAsync(async (_, cancellation) =>
        {
            await handler.PassAsync();
            cancellation.ThrowIfCancellationRequested();
            Interlocked.Increment(ref _handled);
        });
        using CancellationTokenSource hangUp = new();
        Task<HttpResponseMessage> sent = app.Visma.SendAsync(WebhookApp.Delivery(Body), hangUp.Token);
        await handler.Reached;

        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
        handler.Open();

        await Eventually.TrueAsync(async () => await app.SendAsync(Body) == (200, null), "the end of the handler");
        Assert.Equal(1, _handled);
    }

    [Fact]
    public async Task Token_cache_that_is_down_means_later_and_not_twice()
    {
        SwitchedCache cache = new();
        await using WebhookApp app = await StartAsync(Succeed, cache: cache);

        cache.IsDown = true;
        Assert.Equal((503, 5), await app.SendAsync(Body));
        Assert.Equal(0, _handled);
        cache.IsDown = false;
        Assert.Equal((200, null), await app.SendAsync(Body));
        Assert.Equal(1, _handled);
    }

    [Fact]
    public async Task Each_endpoint_handles_the_same_event_unless_they_have_one_name()
    {
        await using WebhookApp app = await WebhookApp.StartAsync(web =>
        {
            web.MapVismaWebhook("/hooks", Succeed);
            web.MapVismaWebhook("/others", Succeed);
            web.MapVismaWebhook("/shared", Succeed, options => options.Name = "/hooks");
        });
        await app.SendAsync(Body);
        foreach (string path in new[] { "/others", "/shared" })
        {
            using HttpRequestMessage request = WebhookApp.Delivery(Body);
            request.RequestUri = new Uri(path, UriKind.Relative);
            using HttpResponseMessage response = await app.Visma.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(200, (int)response.StatusCode);
        }

        Assert.Equal(2, _handled);
    }

    [Fact]
    public async Task Handler_has_the_services_of_a_scope_of_its_own()
    {
        await using WebhookApp app = await WebhookApp.StartAsync(
            web => web.MapVismaWebhook<Handler>("/hooks"),
            services => services.AddScoped<Handler>().AddSingleton(new Action(() => Interlocked.Increment(ref _handled))));

        await app.SendAsync(Body, "n-1");
        await app.SendAsync(Body, "n-2");

        Assert.Equal(2 * 2, _handled);
    }

    [Fact]
    public async Task Delegate_has_the_services_of_a_scope()
    {
        object? service = null;
        await using WebhookApp app = await WebhookApp.StartAsync(
            web => web.MapVismaWebhook("/hooks", (_, services, _) =>
            {
                service = services.GetRequiredService<Handler>();
                return Task.CompletedTask;
            }),
            services => services.AddScoped<Handler>().AddSingleton(new Action(() => { })));

        Assert.Equal((200, null), await app.SendAsync(Body));
        Assert.IsType<Handler>(service);
    }

    private static Task<WebhookApp> StartAsync(
        Func<WebhookEvent, CancellationToken, Task> handler,
        Action<VismaWebhookEndpointOptions>? configure = null,
        ITokenCache? cache = null,
        ManualTime? time = null) =>
        WebhookApp.StartAsync(
            web => web.MapVismaWebhook("/hooks", handler, configure),
            services => services.AddSingleton(cache ?? new MemoryTokenCache()),
            time);

    private Task Succeed(WebhookEvent received, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _handled);
        return Task.CompletedTask;
    }

    // Counts what it handles, and that it is disposed of.
    private sealed class Handler(Action count) : IVismaWebhookHandler, IDisposable
    {
        public Task HandleAsync(WebhookEvent received, CancellationToken cancellationToken)
        {
            Assert.True(received.TryGetTableChange(out _));
            count();
            return Task.CompletedTask;
        }

        public void Dispose() => count();
    }
}

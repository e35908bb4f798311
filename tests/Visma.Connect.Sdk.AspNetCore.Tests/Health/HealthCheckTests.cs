using System.Net;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Visma.Connect.Sdk.AspNetCore.Tests.Health;

public class HealthCheckTests
{
    [Fact]
    public async Task Healthy_application_spends_nothing_and_says_so_without_a_name()
    {
        await using HealthApp app = await HealthApp.StartAsync();
        await app.ConnectAsync("customer-42");
        int requests = app.Visma.TokenEndpoint.Requests.Count;

        HealthReportEntry entry = await app.CheckAsync();

        Assert.Equal((HealthStatus.Healthy, null), (entry.Status, entry.Description));
        Assert.Equal(
            ["connections = 1", "connections.complete = True", "connections.reauthorizationRequired = 0", "connections.unreadable = 0", "server.VismaConnect = ok", "tokenCache = ok"],
            entry.Data.Select(pair => $"{pair.Key} = {pair.Value}").Order(StringComparer.Ordinal));
        Assert.Equal(requests, app.Visma.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Token_cache_that_is_down_is_unhealthy_and_the_exception_is_not_quoted()
    {
        await using HealthApp app = await HealthApp.StartAsync();
        app.Cache.IsDown = true;

        HealthReportEntry entry = await app.CheckAsync();

        Assert.Equal((HealthStatus.Unhealthy, "The token cache cannot be read (IOException)."), (entry.Status, entry.Description));
        Assert.Equal("failed", entry.Data["tokenCache"]);
        Assert.Null(entry.Exception);
    }

    [Fact]
    public async Task Server_that_does_not_answer_is_degraded_and_is_asked_once_a_minute()
    {
        await using HealthApp app = await HealthApp.StartAsync();
        app.Visma.Connect.DiscoveryEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.BadGateway, "<html>", "text/html"));

        HealthReportEntry first = await app.CheckAsync();
        HealthReportEntry second = await app.CheckAsync();
        app.Time.Advance(TimeSpan.FromMinutes(1));
        HealthReportEntry later = await app.CheckAsync();

        Assert.Equal((HealthStatus.Degraded, "VismaConnect answers 502."), (first.Status, first.Description));
        Assert.Equal((first.Status, first.Description), (second.Status, second.Description));
        Assert.Equal(HealthStatus.Healthy, later.Status);
        Assert.Equal(2, app.Visma.Connect.DiscoveryEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Server_that_is_silent_is_given_up_after_the_time_limit()
    {
        await using HealthApp app = await HealthApp.StartAsync();
        using FakePause silence = app.Visma.Connect.DiscoveryEndpoint.PauseNext();
        Task<HealthReportEntry> running = app.CheckAsync();
        await silence.Reached;

        app.Time.Advance(TimeSpan.FromSeconds(5));

        HealthReportEntry entry = await running;
        Assert.Equal((HealthStatus.Degraded, "VismaConnect does not answer in time."), (entry.Status, entry.Description));
        silence.Release();
    }

    [Fact]
    public async Task Connections_that_need_a_person_are_counted_and_named_only_if_asked_for()
    {
        await using HealthApp app = await HealthApp.StartAsync(options =>
        {
            options.WhenReauthorizationRequired = HealthStatus.Degraded;
            options.IncludeNames = true;
        });
        await app.ConnectAsync("customer-42");
        await app.EndAsync("customer-43");

        HealthReportEntry entry = await app.CheckAsync();

        Assert.Equal((HealthStatus.Degraded, "1 connections need their user to connect again."), (entry.Status, entry.Description));
        Assert.Equal(["client 'nxt', connection 'customer-43'"], (string[])entry.Data["connections.names"]);
    }

    [Fact]
    public async Task Connections_that_need_a_person_are_no_reason_to_be_degraded_by_default()
    {
        await using HealthApp app = await HealthApp.StartAsync();
        await app.EndAsync("customer-43");

        HealthReportEntry entry = await app.CheckAsync();

        Assert.Equal((HealthStatus.Healthy, 1), (entry.Status, (int)entry.Data["connections.reauthorizationRequired"]));
        Assert.DoesNotContain(entry.Data, pair => $"{pair.Value}".Contains("customer-43", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Many_connections_are_counted_up_to_a_number_and_once_a_minute()
    {
        await using HealthApp app = await HealthApp.StartAsync(options => options.MostConnections = 3);
        for (int number = 0; number < 5; number++)
        {
            await app.StoreAsync($"customer-{number}");
        }

        HealthReportEntry first = await app.CheckAsync();
        await app.CheckAsync();

        Assert.Equal((3, false), ((int)first.Data["connections"], (bool)first.Data["connections.complete"]));
        Assert.Equal(1, app.Cache.Listings);
        app.Time.Advance(TimeSpan.FromMinutes(1));
        await app.CheckAsync();
        Assert.Equal(2, app.Cache.Listings);
    }

    [Fact]
    public async Task Circuit_that_is_open_is_degraded()
    {
        await using HealthApp app = await HealthApp.StartAsync();
        app.Visma.TokenEndpoint.Script = _ => FakeReply.Status(HttpStatusCode.BadGateway, "<html>", "text/html");
        await app.FailServiceTokensAsync(20);

        HealthReportEntry entry = await app.CheckAsync();

        Assert.Equal(
            (HealthStatus.Degraded, "Requests for service tokens to VismaConnect are held back.", "held back"),
            (entry.Status, entry.Description, (string)entry.Data["server.VismaConnect"]));
    }
}

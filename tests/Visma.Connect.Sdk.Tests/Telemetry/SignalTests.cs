using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Telemetry;

public class SignalTests
{
    [Fact]
    public async Task Token_request_is_measured_by_client_grant_and_status()
    {
        await using TestApp app = await TestApp.StartAsync();
        using SignalCapture signals = new(app.Services);

        await app.GetTokenAsync(app.AddCompany());

        IReadOnlyDictionary<string, object?> tags = Assert.Single(signals.Of("visma.connect.token_request.duration")).Tags;
        Assert.Equal("erp", tags["visma.client"]);
        Assert.Equal("client_credentials", tags["visma.request"]);
        Assert.Equal("127.0.0.1", tags["server.address"]);
        Assert.Equal(200, tags["http.response.status_code"]);
        Assert.DoesNotContain("error.type", tags.Keys);
    }

    [Fact]
    public async Task Refusal_is_measured_with_its_error()
    {
        await using TestApp app = await TestApp.StartAsync();
        using SignalCapture signals = new(app.Services);
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal("invalid_scope", "a text that is no tag"));

        await Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync(app.AddCompany()).AsTask());

        IReadOnlyDictionary<string, object?> request = Assert.Single(signals.Of("visma.connect.token_request.duration")).Tags;
        Assert.Equal(("400", (object?)400), (request["error.type"], request["http.response.status_code"]));
        IReadOnlyDictionary<string, object?> renewal = Assert.Single(signals.Of("visma.connect.renewals")).Tags;
        Assert.Equal(("invalid_scope", "late"), (renewal["error.type"], renewal["visma.renewal.reason"]));
    }

    [Fact]
    public async Task Text_of_a_server_is_no_tag()
    {
        await using TestApp app = await TestApp.StartAsync();
        using SignalCapture signals = new(app.Services);
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal("an_error_of_its_own"));

        await Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync(app.AddCompany()).AsTask());

        Assert.Equal("400", Assert.Single(signals.Of("visma.connect.renewals")).Tags["error.type"]);
    }

    [Fact]
    public async Task Uses_say_whether_the_token_came_from_memory_and_how_long_it_lives()
    {
        await using TestApp app = await TestApp.StartAsync();
        using SignalCapture signals = new(app.Services);
        FakeCompany company = app.AddCompany();

        await app.GetTokenAsync(company);
        app.Time.Advance(TimeSpan.FromMinutes(10));
        await app.GetTokenAsync(company);

        Assert.Equal(["renewal", "memory"], signals.Of("visma.connect.token.uses").Select(use => use.Tags["visma.token.source"]));
        Assert.Equal([3600d, 3000d], signals.Of("visma.connect.token.remaining_life").Select(life => life.Value));
        Assert.Single(signals.Of("visma.connect.token.wait.duration"));
    }

    [Fact]
    public async Task Renewal_ahead_of_expiry_is_told_from_a_late_one()
    {
        await using TestApp app = await TestApp.StartAsync();
        using SignalCapture signals = new(app.Services);
        FakeCompany company = app.AddCompany();
        await app.GetTokenAsync(company);

        app.Time.Advance(TimeSpan.FromMinutes(58));
        await app.GetTokenAsync(company);
        await Eventually.TrueAsync(() => signals.Of("visma.connect.renewals").Count() == 2, "the renewal ahead");

        Assert.Equal(["late", "ahead"], signals.Of("visma.connect.renewals").Select(renewal => renewal.Tags["visma.renewal.reason"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tenant_is_a_tag_only_if_the_settings_say_so(bool asked)
    {
        await using TestApp app = await TestApp.StartAsync(services: services =>
            services.Configure<VismaConnectOptions>(options => options.IncludeTenantInTelemetry = asked));
        using SignalCapture signals = new(app.Services);
        FakeCompany company = app.AddCompany();

        await app.GetTokenAsync(company);

        Assert.All(
            signals.Measurements.Where(measurement => measurement.Instrument != "visma.connect.token_request.duration"),
            measurement => Assert.Equal(asked ? company.TenantId : null, measurement.Tags.GetValueOrDefault("visma.tenant")));
    }

    [Fact]
    public async Task Renewal_has_a_trace_of_its_own_that_links_to_its_cause()
    {
        await using TestApp app = await TestApp.StartAsync();
        using SignalCapture signals = new(app.Services);
        using ActivitySource source = new("tests");
        using Activity caller = new Activity("caller").Start();

        await app.GetTokenAsync(app.AddCompany());

        Assert.Same(caller, Activity.Current);
        Activity renewal = Assert.Single(signals.Activities, activity => activity.Links.Any(link => link.Context == caller.Context));
        Assert.NotEqual(caller.TraceId, renewal.TraceId);
        Activity request = Assert.Single(signals.Activities, activity => activity.ParentSpanId == renewal.SpanId && activity.TraceId == renewal.TraceId);
        Assert.Equal(("visma.connect.renewal", "visma.connect.client_credentials"), (renewal.OperationName, request.OperationName));
        Assert.Equal(ActivityKind.Client, request.Kind);
        Assert.Equal("erp", request.GetTagItem("visma.client"));
    }

    [Fact]
    public async Task Replays_and_ended_connections_are_counted()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        using SignalCapture signals = new(process.Services);
        await app.ConnectAsync(process);
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal("invalid_grant"));
        app.Time.Advance(TimeSpan.FromHours(2));

        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync());
        await Eventually.TrueAsync(() => signals.Of("visma.connect.reauthorizations").Any(), "the end of the connection");

        IReadOnlyDictionary<string, object?> ended = Assert.Single(signals.Of("visma.connect.reauthorizations")).Tags;
        Assert.Equal("nxt", ended["visma.client"]);
        Assert.Equal("reauthorization_required", signals.Of("visma.connect.renewals").Last().Tags["error.type"]);
    }
}

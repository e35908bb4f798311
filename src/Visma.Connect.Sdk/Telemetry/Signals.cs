using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Visma.Connect.Sdk;

/// <summary>The traces and metrics of the library (docs/operations.md). An instrument without a listener measures nothing.</summary>
/// <remarks>Thread-safe. No tag contains a secret, and the tenant is a tag only if the settings say so.</remarks>
internal sealed class Signals
{
    private static readonly ActivitySource Activities = new(VismaTelemetry.Name);

    // RFC 6749 sections 4.1.2.1 and 5.2, and Visma's. The text of a server is no tag: it could be anything.
    private static readonly HashSet<string> KnownErrors = new(StringComparer.Ordinal)
    {
        "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope", "invalid_tenant",
        "access_denied", "unsupported_response_type", "server_error", "temporarily_unavailable",
    };

    private static readonly double[] Durations = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 100];

    private readonly Func<bool> _includesTenant;
    private readonly Counter<long> _uses;
    private readonly Histogram<double> _remainingLife;
    private readonly Histogram<double> _waits;
    private readonly Counter<long> _renewals;
    private readonly Histogram<double> _requests;
    private readonly Counter<long> _replays;
    private readonly Counter<long> _reauthorizations;
    private readonly Histogram<double> _limitWaits;
    private readonly Counter<long> _circuitChanges;

    public Signals(IMeterFactory? meters, Func<bool> includesTenant)
    {
        _includesTenant = includesTenant;
        Meter meter = meters?.Create(new MeterOptions(VismaTelemetry.Name)) ?? new Meter(VismaTelemetry.Name);
        _uses = meter.CreateCounter<long>("visma.connect.token.uses", "{token}", "Tokens that callers got, from memory or from a renewal.");
        _remainingLife = CreateHistogram(
            meter,
            "visma.connect.token.remaining_life",
            "How long a token is still valid when a caller gets it.",
            [0, 30, 60, 120, 300, 600, 1200, 2400, 3600]);
        _waits = CreateHistogram(
            meter,
            "visma.connect.token.wait.duration",
            "How long callers waited for a token that was not in memory.",
            Durations);
        _renewals = meter.CreateCounter<long>("visma.connect.renewals", "{renewal}", "Tokens that were obtained or renewed, or could not be.");
        _requests = CreateHistogram(meter, "visma.connect.token_request.duration", "Requests to identity servers.", Durations);
        _replays = meter.CreateCounter<long>("visma.connect.replays", "{replay}", "Refresh tokens whose earlier send had an unknown outcome.");
        _reauthorizations = meter.CreateCounter<long>("visma.connect.reauthorizations", "{connection}", "Connections that have ended.");
        _limitWaits = CreateHistogram(meter, "visma.connect.rate_limit.wait.duration", "How long API calls waited because of a limit of the API.", Durations);
        _circuitChanges = meter.CreateCounter<long>("visma.connect.circuit.changes", "{change}", "Circuit breakers of token endpoints that opened or closed.");
    }

    /// <summary>Whether the uses of tokens have a listener. They are on the path of every request.</summary>
    public bool MeasuresUses => _uses.Enabled || _remainingLife.Enabled;

    public bool MeasuresWaits => _waits.Enabled || MeasuresUses;

    public bool MeasuresRequests => _requests.Enabled;

    /// <summary>A caller got a token from memory.</summary>
    public void Use(TokenKey key, AccessToken token, DateTimeOffset now) => Use(key, token, now, "memory");

    /// <summary>A caller got a token for which it waited, or none.</summary>
    public void Wait(TokenKey key, AccessToken? token, TimeSpan waited, DateTimeOffset now)
    {
        _waits.Record(waited.TotalSeconds, TagsOf(key));
        if (token is not null)
        {
            Use(key, token, now, "renewal");
        }
    }

    /// <summary>Begins a renewal. It begins a new trace, with a link to the request that caused it.</summary>
    public static Activity? BeginRenewal(ActivityContext cause)
    {
        // A parent without an id begins a new trace, whatever activity is current.
        Activity.Current = null;
        return Activities.StartActivity(
            "visma.connect.renewal",
            ActivityKind.Internal,
            parentContext: default,
            links: cause == default ? null : [new ActivityLink(cause)]);
    }

    public void EndRenewal(Activity? activity, TokenKey key, RenewalReason reason, Exception? failure)
    {
        if (activity is null && !_renewals.Enabled)
        {
            return;
        }

        TagList tags = TagsOf(key);
        tags.Add("visma.renewal.reason", NameOf(reason));
        if (failure is not null)
        {
            tags.Add("error.type", ErrorTypeOf(failure));
        }

        _renewals.Add(1, tags);
        End(activity, tags, failure is not null);
    }

    /// <summary>Begins a request to an identity server.</summary>
    /// <param name="purpose">The grant, or another purpose.</param>
    public static Activity? BeginRequest(string purpose) =>
        Activities.HasListeners() ? Activities.StartActivity($"visma.connect.{purpose}", ActivityKind.Client) : null;

    public void EndRequest(Activity? activity, string client, string purpose, string server, TimeSpan duration, int? status, Exception? failure)
    {
        string? error = failure is not null ? ErrorTypeOf(failure) : status >= 400 ? FormattableString.Invariant($"{status}") : null;
        TagList tags = new()
        {
            { "visma.client", client },
            { "visma.request", purpose },
            { "server.address", server },
        };
        if (status is not null)
        {
            tags.Add("http.response.status_code", status);
        }

        if (error is not null)
        {
            tags.Add("error.type", error);
        }

        _requests.Record(duration.TotalSeconds, tags);
        End(activity, tags, error is not null);
    }

    /// <summary>A refresh token whose earlier send has an unknown outcome was sent again, or was not.</summary>
    public void Replay(TokenKey key, bool isSent)
    {
        TagList tags = TagsOf(key);
        tags.Add("visma.replay", isSent ? "sent" : "not_sent");
        _replays.Add(1, tags);
    }

    /// <summary>A connection has ended.</summary>
    public void Reauthorization(TokenKey key, ReauthorizationCause cause)
    {
        TagList tags = TagsOf(key);
        tags.Add("visma.reauthorization.cause", FormattableString.Invariant($"{cause}"));
        _reauthorizations.Add(1, tags);
    }

    /// <summary>A call waited, or waited in vain, because the API allowed no further calls.</summary>
    public void RateLimitWait(string api, TokenKey key, TimeSpan waited)
    {
        if (_limitWaits.Enabled)
        {
            TagList tags = TagsOf(key);
            tags.Add("visma.api", api);
            _limitWaits.Record(waited.TotalSeconds, tags);
        }
    }

    /// <summary>The circuit breaker of a token endpoint opened or closed.</summary>
    public void CircuitChange(string server, bool isOpen)
    {
        TagList tags = new() { { "server.address", server }, { "visma.circuit.state", isOpen ? "open" : "closed" } };
        _circuitChanges.Add(1, tags);
    }

    private static string NameOf(RenewalReason reason) => reason switch
    {
        RenewalReason.Ahead => "ahead",
        RenewalReason.Rejected => "rejected",
        _ => "late",
    };

    private static Histogram<double> CreateHistogram(Meter meter, string name, string description, double[] boundaries) =>
        meter.CreateHistogram(name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = boundaries });

    private static void End(Activity? activity, TagList tags, bool failed)
    {
        if (activity is null)
        {
            return;
        }

        foreach ((string name, object? value) in tags)
        {
            activity.SetTag(name, value);
        }

        if (failed)
        {
            activity.SetStatus(ActivityStatusCode.Error);
        }

        activity.Dispose();
    }

    private void Use(TokenKey key, AccessToken token, DateTimeOffset now, string source)
    {
        TagList tags = TagsOf(key);
        if (_remainingLife.Enabled)
        {
            _remainingLife.Record((token.ExpiresAt - now).TotalSeconds, tags);
        }

        tags.Add("visma.token.source", source);
        _uses.Add(1, tags);
    }

    private TagList TagsOf(TokenKey key)
    {
        TagList tags = new() { { "visma.client", key.Client } };
        if (key.TenantId is not null && _includesTenant())
        {
            tags.Add("visma.tenant", key.TenantId);
        }

        return tags;
    }

    // The error of the server, the status, or the kind of failure: a small set of values (https://opentelemetry.io/docs/specs/semconv, error.type).
    private static string ErrorTypeOf(Exception failure) => failure switch
    {
        ReauthorizationRequiredException => "reauthorization_required",
        VismaConnectException { Error: { } error } when KnownErrors.Contains(error) => error,
        VismaConnectException { StatusCode: { } status } => FormattableString.Invariant($"{(int)status}"),
        OperationCanceledException => "timeout",
        VismaConnectException { InnerException: OperationCanceledException or TimeoutException } => "timeout",
        _ => failure.GetType().Name,
    };
}

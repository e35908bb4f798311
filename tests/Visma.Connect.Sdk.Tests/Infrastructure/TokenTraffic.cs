using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>Stands between an application and the token endpoint, and counts the requests that are in flight. A test can hold all of them.</summary>
public sealed class TokenTraffic
{
    private readonly ConcurrentDictionary<string, int> _presentations = new(StringComparer.Ordinal);
    private int _now;
    private int _most;
    private int _arrived;

    /// <summary>If set, each request waits for it before it is sent.</summary>
    public Func<Task>? Hold { get; set; }

    /// <summary>The largest number of requests that were in flight at once.</summary>
    public int MostAtOnce => Volatile.Read(ref _most);

    /// <summary>How many requests have come so far.</summary>
    public int Arrived => Volatile.Read(ref _arrived);

    /// <summary>The number of times that each refresh token was presented.</summary>
    public IReadOnlyDictionary<string, int> Presentations => _presentations;

    /// <summary>Puts it into the token requests of an application.</summary>
    public void AddTo(VismaConnectBuilder visma) => visma.ConfigureTokenRequests(http => http
        .ConfigurePrimaryHttpMessageHandler(() => new Handler(this) { InnerHandler = new SocketsHttpHandler() }));

    private void Enter()
    {
        Interlocked.Increment(ref _arrived);
        int now = Interlocked.Increment(ref _now);
        int most = MostAtOnce;
        while (now > most)
        {
            most = Interlocked.CompareExchange(ref _most, now, most) == most ? now : MostAtOnce;
        }
    }

    private void Leave() => Interlocked.Decrement(ref _now);

    private void Record(string form)
    {
        const string Field = "refresh_token=";
        if (form.Split('&').FirstOrDefault(field => field.StartsWith(Field, StringComparison.Ordinal)) is { } token)
        {
            _presentations.AddOrUpdate(token, 1, (_, times) => times + 1);
        }
    }

    private sealed class Handler(TokenTraffic traffic) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            traffic.Enter();
            try
            {
                traffic.Record(await request.Content!.ReadAsStringAsync(cancellationToken));
                await (traffic.Hold?.Invoke() ?? Task.CompletedTask);
                return await base.SendAsync(request, cancellationToken);
            }
            finally
            {
                traffic.Leave();
            }
        }
    }
}

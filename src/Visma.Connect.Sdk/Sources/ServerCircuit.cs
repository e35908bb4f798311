using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;

namespace Visma.Connect.Sdk;

/// <summary>The circuit breaker of one token endpoint. It counts requests for service tokens with all their repeats.</summary>
/// <remarks>
/// Thread-safe. It opens at <see cref="FailureRatio"/>. One key has one request at a time, and the pauses after its failures let it fail at most
/// 8 times a minute, which is less than this part of the 10 requests that are needed at least: one tenant does not open it.
/// </remarks>
internal sealed class ServerCircuit
{
    private const double FailureRatio = 0.9;

    // The answer of the request that tries is soon there.
    private static readonly TimeSpan WhileOneTries = TimeSpan.FromSeconds(1);

    private readonly Uri _endpoint;
    private readonly TokenRequestOptions _options;
    private readonly CircuitBreakerStateProvider _state = new();
    private readonly ResiliencePipeline<TokenResponse> _breaker;
    private volatile VismaConnectException? _lastOfServer;

    public ServerCircuit(Uri endpoint, TokenRequestOptions options, Signals signals, TimeProvider time, ILogger logger)
    {
        _endpoint = endpoint;
        _options = options;
        _breaker = new ResiliencePipelineBuilder<TokenResponse> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<TokenResponse>
            {
                ShouldHandle = ended => new ValueTask<bool>(IsFailure(ended.Outcome.Exception)),
                FailureRatio = FailureRatio,
                MinimumThroughput = options.CircuitMinimumRequests,
                SamplingDuration = options.CircuitSampling,
                BreakDuration = options.CircuitBreak,
                StateProvider = _state,
                OnOpened = opened =>
                {
                    // After a trial that could not be made, the failure before it goes on to count.
                    _lastOfServer = opened.Outcome.Exception as VismaConnectException ?? _lastOfServer;
                    signals.CircuitChange(endpoint.Host, isOpen: true);
                    Log.CircuitOpened(logger, endpoint.Host, opened.BreakDuration, opened.Outcome.Exception?.Message ?? "");
                    return default;
                },
                OnClosed = closed =>
                {
                    signals.CircuitChange(endpoint.Host, isOpen: false);
                    Log.CircuitClosed(logger, endpoint.Host);
                    return default;
                },
            })
            .Build();
    }

    /// <summary>Whether it holds back requests, or all but one that tries the server.</summary>
    public bool IsOpen => _state.CircuitState != CircuitState.Closed;

    /// <summary>Whether it was made of these settings.</summary>
    public bool IsOf(TokenRequestOptions current) => ReferenceEquals(current, _options);

    /// <exception cref="VismaConnectException">The request failed, or the circuit breaker is open.</exception>
    public async Task<TokenResponse> SendAsync(Func<Task<TokenResponse>> request)
    {
        try
        {
            return await _breaker.ExecuteAsync(async _ => await request().ConfigureAwait(false), CancellationToken.None).ConfigureAwait(false);
        }
        catch (BrokenCircuitException open) when ((open.InnerException as VismaConnectException ?? _lastOfServer) is { } last)
        {
            TimeSpan wait = _state.CircuitState == CircuitState.Open && open.RetryAfter is { } left ? left : WhileOneTries;
            throw last.ForHeldBack($"{_endpoint.Host} gives no usable answers to token requests", wait);
        }
    }

    // The circuit breaker closes only after an answer. A request that was held back, or could not be made, has none.
    private bool IsFailure(Exception? failure) =>
        ServerCircuits.IsOfServer(failure)
        || (_state.CircuitState == CircuitState.HalfOpen && failure is not (null or VismaConnectException { StatusCode: not null, WasHeldBack: false }));
}

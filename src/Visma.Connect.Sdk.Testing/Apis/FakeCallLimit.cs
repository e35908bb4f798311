namespace Visma.Connect.Sdk.Testing;

/// <summary>Counts the calls to an API in fixed windows, with the budgets of that API, and refuses those above the limit in its dialect.</summary>
internal sealed class FakeCallLimit(TimeProvider time, RateLimitDialect dialect, Func<FakeRequest, string?> budgetOf, Func<FakeRequest, FakeReply> answer)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (DateTimeOffset Start, int Calls)> _counts = [];
    private int? _calls;
    private TimeSpan _window;

    /// <summary>Sets the limit, and begins to count.</summary>
    public FakeCallLimit Of(int calls, TimeSpan window)
    {
        lock (_lock)
        {
            _calls = calls;
            _window = window;
            _counts.Clear();
            return this;
        }
    }

    public FakeReply Answer(FakeRequest request)
    {
        if (budgetOf(request) is not { } budget || Count(budget) is not { } count)
        {
            return answer(request);
        }

        if (count.Calls > count.Limit)
        {
            return FakeReply.TooManyCalls(dialect, count.SecondsLeft, count.Limit);
        }

        FakeReply reply = answer(request);
        return dialect is RateLimitDialect.NetErp or RateLimitDialect.NetErpOldHost
            ? reply.With(FakeReply.RateLimitHeaders(count.Limit, count.Limit - count.Calls, count.SecondsLeft))
            : reply;
    }

    private (int Limit, int Calls, int SecondsLeft)? Count(string budget)
    {
        lock (_lock)
        {
            if (_calls is not { } limit)
            {
                return null;
            }

            DateTimeOffset now = time.GetUtcNow();
            (DateTimeOffset start, int calls) = _counts.GetValueOrDefault(budget, (now, 0));
            (start, calls) = now - start >= _window ? (now, 1) : (start, calls + 1);
            _counts[budget] = (start, calls);
            return (limit, calls, (int)Math.Ceiling((start + _window - now).TotalSeconds));
        }
    }
}

using System.Collections.Concurrent;

namespace Visma.Connect.Sdk;

/// <summary>
/// All budgets of this process. Those that are neither used nor exhausted are removed, so that memory is proportional to the active companies.
/// </summary>
internal sealed class Budgets(TimeProvider time) : VismaRateLimits
{
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<BudgetKey, Budget> _budgets = new();
    private long _sweptAt = time.GetTimestamp();

    /// <summary>Begins to use a budget, which the caller must end.</summary>
    public Budget Begin(BudgetKey key, Pace pace, int? atOnce = null)
    {
        while (true)
        {
            if (!_budgets.TryGetValue(key, out Budget? budget))
            {
                Sweep();
                budget = _budgets.GetOrAdd(key, new Budget(key, pace, atOnce, time));
            }

            if (budget.TryBegin())
            {
                return budget;
            }

            Remove(budget);
        }
    }

    public override IReadOnlyList<CallBudget> Find(string api, TokenKey key)
    {
        ArgumentNullException.ThrowIfNull(api);
        ArgumentNullException.ThrowIfNull(key);
        return [.. _budgets.Values.Where(budget => IsOf(budget.Key, api, key)).Select(budget => budget.Describe())];
    }

    private static bool IsOf(BudgetKey budget, string api, TokenKey key) =>
        string.Equals(budget.Api, api, StringComparison.OrdinalIgnoreCase)
        && string.Equals(budget.Owner.Client, key.Client, StringComparison.OrdinalIgnoreCase)
        && (IsClient(key) || IsClient(budget.Owner) || budget.Owner.Equals(BudgetKey.WithoutScopes(key)));

    private static bool IsClient(TokenKey key) => key.TenantId is null && key.Connection is null;

    // Only a new budget makes the memory grow, so only then idle ones are removed.
    private void Sweep()
    {
        long swept = Volatile.Read(ref _sweptAt);
        long now = time.GetTimestamp();
        if (time.GetElapsedTime(swept, now) < BetweenSweeps || Interlocked.CompareExchange(ref _sweptAt, now, swept) != swept)
        {
            return;
        }

        foreach (Budget budget in _budgets.Values.Where(budget => budget.TryRetire()))
        {
            Remove(budget);
        }
    }

    private void Remove(Budget budget) =>
        ((ICollection<KeyValuePair<BudgetKey, Budget>>)_budgets).Remove(new KeyValuePair<BudgetKey, Budget>(budget.Key, budget));
}

using Visma.Connect.Sdk;

namespace CompanyPortal;

/// <summary>The last webhooks. A real portal stores them in its database, in the same transaction as what they change.</summary>
internal sealed class ReceivedWebhooks(TimeProvider time) : IVismaWebhookHandler
{
    private const int Most = 100;

    private readonly Lock _lock = new();
    private readonly LinkedList<ReceivedWebhook> _newestFirst = [];

    /// <summary>Called once for each event, after its signature was checked: see <c>MapVismaWebhook</c>.</summary>
    public Task HandleAsync(WebhookEvent received, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _newestFirst.AddFirst(new ReceivedWebhook(time.GetUtcNow(), Describe(received), received.TenantId));
            if (_newestFirst.Count > Most)
            {
                _newestFirst.RemoveLast();
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>The webhooks of some companies. Those of other customers are not shown.</summary>
    public IReadOnlyList<ReceivedWebhook> Of(IReadOnlySet<string> companies)
    {
        lock (_lock)
        {
            return [.. _newestFirst.Where(webhook => webhook.Company is { } company && companies.Contains(company))];
        }
    }

    private static string Describe(WebhookEvent received) =>
        received.TryGetTableChange(out TableChange? change) ? change.ToString()
        : received.TryGetEmployeeChanges(out EmployeeChanges? employees) ? employees.ToString()
        : received.Delivery.EventName ?? "an event without a name";
}

/// <summary>A webhook as the page shows it.</summary>
internal sealed record ReceivedWebhook(DateTimeOffset At, string Event, string? Company);

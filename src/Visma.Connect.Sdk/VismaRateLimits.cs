namespace Visma.Connect.Sdk;

/// <summary>
/// The budgets of calls that this process knows of, for HttpClients with <c>AddVismaResilience</c>. Inject it into a constructor, for example to show how
/// many calls are left, or to begin a long job later.
/// </summary>
/// <remarks>
/// Thread-safe. A budget is known from the first call that is counted in it, until it is neither used nor exhausted. Other processes use the same budget
/// at Visma; this process learns of that from the responses.
/// </remarks>
public abstract class VismaRateLimits
{
    /// <summary>Returns the budgets that the calls of a client, a company or a connection are counted in.</summary>
    /// <param name="api">The name of the API, for example <c>VismaApi.NetErp.Name</c>.</param>
    /// <param name="key">
    /// The client with its company or connection. Budgets that all companies of the client share are returned too. For a client alone
    /// (<see cref="TokenKey.ForClient"/>), the budgets of all its companies are returned.
    /// </param>
    /// <returns>The budgets; none if no call has been counted yet.</returns>
    public abstract IReadOnlyList<CallBudget> Find(string api, TokenKey key);
}

namespace Visma.Connect.Sdk;

/// <summary>An employee who was changed or deleted: an item of <see cref="EmployeeChanges"/>.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class EmployeeChange
{
    /// <summary>Creates a change, for the unit tests of an application.</summary>
    /// <param name="id">The employee.</param>
    /// <param name="isDeleted">Whether the employee was deleted.</param>
    /// <param name="actionDate">When it happened.</param>
    public EmployeeChange(string id, bool isDeleted = false, DateTimeOffset? actionDate = null)
    {
        ArgumentNullException.ThrowIfNull(id);
        Id = id;
        IsDeleted = isDeleted;
        ActionDate = actionDate;
    }

    /// <summary>The employee (<c>id</c>), as text.</summary>
    public string Id { get; }

    /// <summary>Whether the employee was deleted (<c>isDeleted</c>). False if the event does not contain it.</summary>
    public bool IsDeleted { get; }

    /// <summary>When it happened (<c>actionDate</c>); a time without an offset is read as UTC. Null if the event does not contain it.</summary>
    public DateTimeOffset? ActionDate { get; }

    /// <summary>Returns the employee's id and what happened.</summary>
    public override string ToString() => $"employee {VisibleText.Of(Id)} {(IsDeleted ? "deleted" : "changed")}";
}

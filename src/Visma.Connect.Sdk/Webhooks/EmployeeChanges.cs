using System.Globalization;
using System.Text.Json;

namespace Visma.Connect.Sdk;

/// <summary>
/// Employees of a company were changed: the event <c>EMPLOYEE_CHANGED</c> of Visma's Norwegian payroll (publisher <c>payroll-no-webhooks</c>; repository
/// payroll-no/employee-public-api-docs, read November 2026).
/// </summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class EmployeeChanges
{
    /// <summary>The name of the event, in <see cref="WebhookDelivery.EventName"/>.</summary>
    public const string EventName = "EMPLOYEE_CHANGED";

    /// <summary>Creates changes, for the unit tests of an application.</summary>
    /// <param name="tenantId">The company.</param>
    /// <param name="employees">The employees.</param>
    public EmployeeChanges(string? tenantId, IReadOnlyList<EmployeeChange> employees)
    {
        ArgumentNullException.ThrowIfNull(employees);
        TenantId = tenantId;
        Employees = employees;
    }

    /// <summary>The company (<c>tenantId</c> in the body, which the signature covers). Null if the event does not contain it.</summary>
    public string? TenantId { get; }

    /// <summary>The employees, in the order of the event.</summary>
    public IReadOnlyList<EmployeeChange> Employees { get; }

    /// <summary>Returns the number of employees.</summary>
    public override string ToString() => FormattableString.Invariant($"{Employees.Count} employees changed");

    /// <summary>Reads a body; returns null if it is another event. An employee without an id is left out, and a member of another type is left empty.</summary>
    internal static EmployeeChanges? From(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object
            || !body.TryGetProperty("employees", out JsonElement employees)
            || employees.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        return new EmployeeChanges(
            JsonText.Of(body, "tenantId"),
            [.. employees.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object).Select(Read).OfType<EmployeeChange>()]);
    }

    private static EmployeeChange? Read(JsonElement item) =>
        item.TryGetProperty("id", out JsonElement id)
        && id.ValueKind is JsonValueKind.String or JsonValueKind.Number
        && JsonText.Of(id) is { Length: > 0 } text
            ? new EmployeeChange(text, IsTrue(item, "isDeleted"), Time(item, "actionDate"))
            : null;

    private static bool IsTrue(JsonElement item, string name) => item.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;

    private static DateTimeOffset? Time(JsonElement item, string name) =>
        DateTimeOffset.TryParse(
            JsonText.Of(item, name),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out DateTimeOffset time) ? time : null;
}

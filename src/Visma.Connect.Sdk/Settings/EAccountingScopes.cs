namespace Visma.Connect.Sdk;

/// <summary>The scopes that every consent at Visma Online has to ask for.</summary>
internal static class EAccountingScopes
{
    // Every token of the API needs the first or, at the payroll, the second; and there is no other way to a new one than a refresh token.
    private static readonly string[] ApiScopes = ["ea:api", "vls:api"];

    /// <summary>What is missing, and the remedy; null when nothing is.</summary>
    /// <param name="subject">Whose scopes they are, to begin the sentence with.</param>
    /// <param name="scopes">The scopes.</param>
    public static string? FaultOf(string subject, IReadOnlyList<string> scopes)
    {
        List<string> missing = [];
        if (!ApiScopes.Any(scopes.Contains))
        {
            missing.Add("'ea:api'");
        }

        if (!scopes.Contains("offline_access"))
        {
            missing.Add("'offline_access'");
        }

        return missing.Count == 0
            ? null
            : $"{subject} lack {string.Join(" and ", missing)}, which eAccounting requires (payroll: 'vls:api' instead of 'ea:api'). Add what is missing.";
    }
}

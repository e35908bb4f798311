namespace Visma.Connect.Sdk;

/// <summary>The scopes that each consent at Visma Online has to request.</summary>
internal static class EAccountingScopes
{
    // eAccounting requires the first scope, payroll the second. Both require offline_access, because only a refresh token renews their tokens.
    private static readonly string[] ApiScopes = ["ea:api", "vls:api"];

    /// <summary>The missing scopes and the remedy; null if no scope is missing.</summary>
    /// <param name="subject">The setting or parameter with the scopes: the subject of the sentence.</param>
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

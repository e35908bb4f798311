using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>Reads from a stored entry what an import has to do for a row.</summary>
internal static class StoredRowReader
{
    /// <summary>Returns what is stored, and why it does not work.</summary>
    public static (StoredRow What, string? Reason) Read(ImportRow row, TokenEntry? stored, bool replaceEnded)
    {
        if (stored is null || stored.ExportedAt is not null)
        {
            return (StoredRow.Absent, null);
        }

        bool isSameToken = stored.ImportedTokenHash == row.TokenHash;
        bool hasEnded = stored.State == ConnectionState.ReauthorizationRequired;
        bool isNotExchanged = !hasEnded && !row.IsLegacy && stored is { ImportedTokenHash: not null, Attempt: 0 };
        bool isNotSent = stored is { Mark: null, UnknownSince: null };
        if (FaultOf(row, stored) is { } fault)
        {
            // An application or environment that the token is not from has refused it, or was not asked. The settings have been corrected since.
            bool isUnused = isSameToken && (hasEnded || isNotExchanged) && isNotSent && stored.Attempt == 0;
            return (isUnused ? StoredRow.Absent : StoredRow.OfOtherSettings, fault);
        }

        bool isOtherToken = !isSameToken && (stored.Tokens.RefreshToken is not { } token || TextHash.Of(token) != row.TokenHash);
        return hasEnded ? (replaceEnded && isOtherToken ? StoredRow.Absent : StoredRow.Ended, stored.StateReason)
            : isNotExchanged && isSameToken ? (StoredRow.NotExchanged, null)
            // An earlier run was killed, and the old program has renewed the token since.
            : isNotExchanged && isNotSent ? (StoredRow.Absent, null)
            : (StoredRow.Working, null);
    }

    private static string? FaultOf(ImportRow row, TokenEntry stored)
    {
        try
        {
            StoredConnectionCheck.RequireFor(row.Client, stored, row.Key);
            return null;
        }
        catch (OptionsValidationException fault)
        {
            return fault.Message;
        }
    }
}

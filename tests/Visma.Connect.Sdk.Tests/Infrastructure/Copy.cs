namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>Changed copies of entries, for both targets of the core. <c>with</c> works only for the target of the test.</summary>
public static class Copy
{
    public static TokenEntry Of(TokenEntry entry, string? clientId = null, Uri? tokenEndpoint = null) => new()
    {
        Tokens = entry.Tokens,
        TokenEndpoint = tokenEndpoint ?? entry.TokenEndpoint,
        ClientId = clientId ?? entry.ClientId,
        RequestedScopes = entry.RequestedScopes,
        GrantId = entry.GrantId,
        Attempt = entry.Attempt,
        LastAttempt = entry.LastAttempt,
        Mark = entry.Mark,
        State = entry.State,
        StateReason = entry.StateReason,
        StateSince = entry.StateSince,
        NotBefore = entry.NotBefore,
        ConnectedAt = entry.ConnectedAt,
        Company = entry.Company,
    };
}

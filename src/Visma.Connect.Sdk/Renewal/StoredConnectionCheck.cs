using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>Checks that a stored entry belongs to the application and the identity server of the current settings.</summary>
internal static class StoredConnectionCheck
{
    /// <exception cref="OptionsValidationException">It does not. Its tokens would be sent to a server that did not issue them, or with the ClientId of
    /// another application.</exception>
    public static void RequireFor(ConfiguredClient client, TokenEntry entry, TokenKey key)
    {
        string? difference = entry.GrantId is null ? "is no user connection"
            : entry.ClientId != client.Options.ClientId ? "was made by another ClientId than the client has now"
            : entry.TokenEndpoint != client.Authority.TokenEndpoint ? $"was made at {entry.TokenEndpoint.Host} by another token endpoint than the client "
                + "has now"
            : null;
        if (difference is not null)
        {
            throw new OptionsValidationException(
                nameof(VismaConnectOptions),
                typeof(VismaConnectOptions),
                [$"The stored entry of {key} {difference}. Nothing was sent. Correct ClientId and Authority of the client, use another token cache, or "
                    + "have the user connect again."]);
        }
    }
}

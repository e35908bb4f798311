namespace Visma.Connect.Sdk;

/// <summary>Checks a row of the input without the token cache, and without a request except one for the endpoints of its identity server.</summary>
internal sealed class ImportRowCheck(ClientDirectory clients, AuthorizationServers servers)
{
    private const int LongestToken = 16_000;

    /// <summary>Returns the row to import, or what is wrong with it.</summary>
    public async Task<(ImportRow? Row, RowOutcome? Outcome)> CheckAsync(int number, PortableConnection? source, CancellationToken cancellationToken)
    {
        if (source is null)
        {
            return Invalid("The row is null.");
        }

        try
        {
            TokenKey key = TokenKey.ForConnection(source.Client, source.Name);
            await servers.DiscoverAsync(key.Client, cancellationToken).ConfigureAwait(false);
            ConfiguredClient client = clients.Find(key);
            return FaultOf(source, client) is { } fault ? Invalid(fault) : (new ImportRow(number, source, key, client), null);
        }
        catch (VismaConnectException unknownEndpoints)
        {
            return (null, new RowOutcome(ConnectionImportOutcome.Failed, unknownEndpoints.Message));
        }
        catch (ArgumentException)
        {
            return Invalid("The name of the client or of the connection is empty, or is not valid Unicode text.");
        }
        catch (InvalidOperationException)
        {
            // Without the name: it may be a token in the wrong column.
            return Invalid("The settings have no client of this name.");
        }
    }

    private static (ImportRow? Row, RowOutcome? Outcome) Invalid(string fault) => (null, new RowOutcome(ConnectionImportOutcome.Invalid, fault));

    // Without the value in the text: it may be a token in the wrong column.
    private static string? FaultOf(PortableConnection source, ConfiguredClient client) =>
        !client.Authority.GrantTypes.Contains(GrantTypes.AuthorizationCode) ? $"Users cannot consent at authority '{client.Authority.Name}' of the client."
        : string.IsNullOrEmpty(source.Token) ? "The token is missing."
        : source.Token.Length > LongestToken ? FormattableString.Invariant($"The token has more than {LongestToken} characters.")
        : !AccessToken.IsHeaderSafe(source.Token) ? "The token has a space, a line break or another character that no token has (RFC 6749 appendix A.17)."
        : source.Token == source.Name ? "The name of the connection is its token. Names are logged."
        : !source.Scopes.All(ScopeToken.IsValid) ? $"A scope is wrong: {ScopeToken.Rule}."
        : null;
}

using System.Text;

namespace Visma.Connect.Sdk.Fuzz;

/// <summary>What is read from files and databases: the CSV file of an import, and the records of a token cache.</summary>
public class StoredTextTests
{
    private static readonly TokenKey Key = TokenKey.ForConnection("nxt", "customer-42");

    private static readonly Corpus Files = new(
        [
            "client,name,token,company,subject,connectedAt,scopes\nnxt,customer-42,issu3d-t0ken,a1b2,2c5e,2026-11-22T03:04:05Z,ea:api offline_access\n",
            "\ufeffname;token\r\ncustomer-1;issu3d-1\r\n\"a;\"\"b\"\"\";\"issu3d-2\"\r\n\r\n",
            "name,token\rcustomer-1,issu3d-1\rcustomer-2,issu3d-2",
            "Token,Name,Client\nissu3d-1,a,nxt\nissu3d-2,b\n",
            "",
            // Inputs that found a fault.
        ],
        ["client", "name", "token", "company", "subject", "connectedAt", "scopes", "issu3d-1", ",", ";", "\"\"", "\"", "\r\n", "2026-11-22T03:04:05+01:00", "2026-11-22"]);

    // docs/token-record.md
    private static readonly Corpus Records = new(
        [
            "\u0001\0" + """
            {"key":"connection/nxt/customer-42","version":"v7","accessToken":"issu3d-t0ken","obtainedAt":"2026-11-22T03:04:05.678+01:00","expiresAt":"2026-11-22T04:04:05.678+01:00","scopes":["a","b"],"refreshToken":"issu3d-r3fresh","idToken":"issu3d-1d","tokenEndpoint":"https://connect.visma.com/connect/token","clientId":"isv_acme","requestedScopes":["a","b","c"],"grantId":"g1","attempt":6,"lastAttempt":7,"mark":{"id":"m7","attempt":7,"lease":"00:00:15","placedAt":"2026-11-22T03:04:05.678+01:00","outcome":"Attempt 6: lost."},"state":"ReauthorizationRequired","stateReason":"Because.","stateSince":"2026-11-22T03:04:05.678+01:00","notBefore":"2026-11-22T04:04:05.678+01:00","connectedAt":"2026-11-22T03:04:05.678+01:00","company":"c0mpany"}
            """,
            "\u0001\0" + """
            {"key":"connection/nxt/customer-42","version":"v7","accessToken":"issu3d-t0ken","obtainedAt":"2026-11-22T03:04:05Z","expiresAt":"9999-12-31T23:59:59Z","tokenEndpoint":"https://connect.visma.com/connect/token","clientId":"isv_acme","grantId":"g1","subject":"2c5e","unknownSince":"2026-11-22T03:04:05Z","markedTokens":3,"gracePeriod":"00:00:30","importedTokenHash":"h","exportedAt":"2026-11-22T03:04:05Z","added":{"later":1},"another":[1e5,"\u0041",null]}
            """,
            "\u0001\u0001encrypted", "\u0002\0{}", "\u0001", "",
            // Inputs that found a fault.
            "\u0001\0" + """{"key":"connection/nxt/customer-42","version":"v7","accessToken":"issu3d-t0ken","obtainedAt":"2026-11-22T03:04:05Z","expiresAt":"9999-12-31T23:59:59Z","tokenEndpoint":"https://connect.visma.com/connect/token","clientId":"isv_acme","grantId":"g1","added":[1e5,"\udc00\ud800\u0041"]}""",
        ],
        [
            "key", "version", "accessToken", "obtainedAt", "scopes", "refreshToken", "tokenEndpoint", "mark", "state", "lease", "gracePeriod", "Active", "ReauthorizationRequired",
            "null", "[null]", "\"added\":1,", "\"later\":\"\\ud800\",", "\"\\ud800\":1,", "\"mark\":null,", "10675199.02:48:05.4775807",
        ]);

    [Fact]
    public void File_of_connections_is_read_or_is_a_documented_error() => FuzzRun.Run(Files, 50_000, text =>
    {
        List<PortableConnection> rows = [];
        try
        {
            ReadAsync(text, text.Length % 2 == 0 ? "nxt" : null, rows).GetAwaiter().GetResult();
        }
        catch (FormatException documented)
        {
            Secrets.AreNotIn(documented, []);
        }

        foreach (PortableConnection row in rows)
        {
            Assert.True(row.Scopes.All(scope => scope.Length > 0), "A scope is empty.");
            Assert.True(
                row.Name.Contains("issu3d", StringComparison.Ordinal) || row.Client.Contains("issu3d", StringComparison.Ordinal)
                || !row.ToString().Contains("issu3d", StringComparison.Ordinal),
                "Shows the token.");
        }
    });

    [Fact]
    public void Record_is_read_and_can_be_saved_again_or_is_a_documented_error() => FuzzRun.Run(Records, 60_000, text =>
    {
        byte[] record = TextBytes.Of(text);
        TokenCacheItem item = TokenEntrySerializer.Unprotected.DeserializeItem(Key, "v7", record);
        TokenEntry entry;
        try
        {
            entry = TokenEntrySerializer.Unprotected.Deserialize(Key, "v7", record);
        }
        catch (UnreadableEntryException documented)
        {
            Secrets.AreNotIn(documented, []);
            Assert.Null(item.Entry);
            return;
        }

        // A renewal saves what it read: an entry that can be read and not saved would lose the next refresh token.
        Assert.Equal(entry, item.Entry);
        Assert.NotNull(entry.RequestedScopes);
        Assert.DoesNotContain("issu3d", entry.ToString(), StringComparison.Ordinal);
        byte[] saved;
        try
        {
            saved = TokenEntrySerializer.Unprotected.Serialize(Key, entry);
        }
        catch (ArgumentException incomplete) when (incomplete.Message.Contains("is missing", StringComparison.Ordinal))
        {
            return;
        }

        TokenEntry again = TokenEntrySerializer.Unprotected.Deserialize(Key, "v7", saved);
        Assert.Equal(Encoding.UTF8.GetString(saved), Encoding.UTF8.GetString(TokenEntrySerializer.Unprotected.Serialize(Key, again)));
    });

    private static async Task ReadAsync(string text, string? client, List<PortableConnection> rows)
    {
        using StringReader reader = new(text);
        await foreach (PortableConnection row in PortableConnectionCsv.ReadAsync(reader, client))
        {
            rows.Add(row);
        }
    }
}

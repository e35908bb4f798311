using System.Text;

namespace Visma.Connect.Sdk.Tests.Testing;

/// <summary>A cache with a fault that an author could make, and the checks that must find it.</summary>
internal sealed record BrokenCache(string Fault, Func<BreakableStorage, ITokenCache> Open, params string[] CaughtBy)
{
    public static IReadOnlyList<BrokenCache> All { get; } = [.. WithEntries(), .. WithVersions(), .. WithKeys(), .. WithListings(), .. WithCancellation()];

    public override string ToString() => Fault;

    private static IEnumerable<BrokenCache> WithEntries() =>
    [
        new("returns an entry that was never saved", storage => new BreakableCache(storage) { Read = (_, stored) => stored ?? Entry() }, "A key without an entry"),
        new("does not share entries between instances", _ => new BreakableCache(new()), "An entry is read by every other", "An entry is read by an instance that is opened later"),
        new("returns entries from a local copy", RememberingReads, "Every instance reads a change"),
        new("removes expired tokens", storage => new BreakableCache(storage) { Read = (_, stored) => stored?.Tokens.AccessToken.ExpiresAt.Year == 1970 ? null : stored }, "The entry of a connection stays"),
        new("replaces the version", storage => new BreakableCache(storage) { Read = (_, stored) => stored is null ? null : stored with { Version = Entry().Version } }, "An entry is read with the version"),
        new("stores null as an empty text", storage => new BreakableCache(storage) { Write = entry => entry with { Company = entry.Company ?? "" } }, "A property that is null or empty"),
        new("joins scopes, and splits them", storage => new BreakableCache(storage) { Write = entry => entry with { RequestedScopes = string.Join(' ', entry.RequestedScopes).Split(' ') } }, "A property that is null or empty"),
        new("cuts long tokens off", storage => new BreakableCache(storage) { Write = CutOff }, "Large tokens"),
        new("keeps numbers as floating point", storage => new BreakableCache(storage) { Write = entry => entry with { Attempt = (long)(double)entry.Attempt } }, "An entry is read by every other"),
        new("keeps whole seconds", storage => new BreakableCache(storage) { Write = entry => entry with { NotBefore = WholeSeconds(entry.NotBefore) } }, "An entry is read by every other"),
        new("loses the offset of times", storage => new BreakableCache(storage) { Write = entry => entry with { NotBefore = WithoutOffset(entry.NotBefore) } }, "An entry is read by every other"),
        new("stores characters outside Latin as question marks", storage => new BreakableCache(storage) { Write = entry => entry with { StateReason = InLatin(entry.StateReason) } }, "An entry is read by every other"),
        new("normalises texts", storage => new BreakableCache(storage) { Write = entry => entry with { StateReason = entry.StateReason?.Normalize() } }, "An entry is read by every other"),
    ];

    private static IEnumerable<BrokenCache> WithVersions() =>
    [
        new("saves over any version", storage => new BreakableCache(storage) { MaySave = (_, _) => true },
            "A second creation", "A save is refused", "A refused save or removal", "An old version", "Versions are compared exactly", "Exactly one of many simultaneous saves", "Exactly one of many simultaneous creations"),
        new("creates over an existing entry", storage => new BreakableCache(storage) { MaySave = (stored, named) => named is null || stored == named },
            "A second creation", "A refused save or removal", "Exactly one of many simultaneous creations"),
        new("saves after a removal", storage => new BreakableCache(storage) { MaySave = (stored, named) => stored == named || (stored is null && named is not null) }, "A save is refused", "An old version"),
        new("removes any version", storage => new BreakableCache(storage) { MayRemove = (stored, _) => stored is not null }, "A removal is refused", "A refused save or removal", "An old version"),
        new("reports a removal without an entry as done", storage => new BreakableCache(storage) { MayRemove = (stored, named) => stored is null || stored == named }, "A removal is refused", "Exactly one of many simultaneous removals"),
        new("compares versions without case", storage => new BreakableCache(storage) { MaySave = (stored, named) => string.Equals(stored, named, StringComparison.OrdinalIgnoreCase) }, "Versions are compared exactly"),
        new("compares the beginning of versions", storage => new BreakableCache(storage) { MaySave = (stored, named) => stored?[..8] == named?[..Math.Min(8, named.Length)] }, "Versions are compared exactly"),
        new("removes by a pattern", storage => new BreakableCache(storage) { MayRemove = (stored, named) => named == "%" || stored == named }, "Versions are compared exactly"),
        new("reports a refused save as done", storage => new BreakableCache(storage) { ResultOfRefusedSave = true },
            "A second creation", "A save is refused", "Exactly one of many simultaneous saves", "Exactly one of many simultaneous creations"),
        new("compares and writes in two steps", storage => new BreakableCache(storage) { HasTwoSteps = true },
            "Exactly one of many simultaneous saves", "Exactly one of many simultaneous creations", "Exactly one of many simultaneous removals", "Exactly one of a simultaneous save and removal", "No change is lost"),
        new("refuses each save over a version", storage => new BreakableCache(storage) { MaySave = (stored, named) => named is null && stored is null }, "A save is refused", "No change is lost"),
    ];

    private static IEnumerable<BrokenCache> WithKeys() =>
    [
        new("compares names without case", storage => new BreakableCache(storage) { IdOf = By(name => name.ToUpperInvariant()) }, "Connections are compared", "Tenants are compared", "Keys with different scopes"),
        new("trims names", storage => new BreakableCache(storage) { IdOf = By(name => name.Trim()) }, "Connections are compared", "Tenants are compared"),
        new("normalises names", storage => new BreakableCache(storage) { IdOf = By(name => name.Normalize()) }, "Connections are compared", "Tenants are compared"),
        new("treats wide letters as narrow ones", storage => new BreakableCache(storage) { IdOf = By(name => name.Normalize(NormalizationForm.FormKC)) }, "Connections are compared", "Tenants are compared"),
        new("ignores invisible letters", storage => new BreakableCache(storage) { IdOf = By(name => name.Replace("\u200b", "", StringComparison.Ordinal)) }, "Connections are compared", "Tenants are compared"),
        new("decodes names", storage => new BreakableCache(storage) { IdOf = By(Uri.UnescapeDataString) }, "Connections are compared", "Tenants are compared"),
        new("compares the beginning of keys", storage => new BreakableCache(storage) { IdOf = key => Start(key.ToStorageKey(), 255) }, "Long keys"),
        new("treats a tenant as a connection", storage => new BreakableCache(storage) { IdOf = key => (key.Client.ToUpperInvariant(), key.TenantId ?? key.Connection, Scopes(key)) }, "A client, a tenant, a connection and a claim"),
        new("treats a claim as a client", storage => new BreakableCache(storage) { IdOf = key => (key.Client.ToUpperInvariant(), key.TenantId, key.Connection, Scopes(key)) }, "A client, a tenant, a connection and a claim"),
        new("joins the parts of a key", storage => new BreakableCache(storage) { IdOf = key => $"{key.Client}/{key.TenantId}/{key.Connection}/{Scopes(key)}" }, "The parts of a key"),
        new("compares the first scope only", storage => new BreakableCache(storage) { IdOf = key => (key.Client, key.TenantId, key.Connection, Scopes(key).Split(' ')[0]) }, "Keys with different scopes"),
        new("compares clients with case", storage => new BreakableCache(storage) { IdOf = key => (key.Client, key.TenantId, key.Connection, Scopes(key)) }, "Names of clients"),
    ];

    private static IEnumerable<BrokenCache> WithListings() =>
    [
        new("lists the first page only", storage => new BreakableCache(storage) { List = (all, filter) => Fitting(all, filter).Take(200) }, "A listing contains every entry"),
        new("lists the last entry of a page twice", storage => new BreakableCache(storage) { List = (all, filter) => Fitting(all, filter).Chunk(200).SelectMany(page => page.Append(page[^1])) }, "A listing contains every entry", "An unchanged entry"),
        new("ends at a page without an entry that the filter includes", storage => new BreakableCache(storage) { List = (all, filter) => all.Items().Chunk(200).Select(page => page.Where(item => filter?.Includes(item.Key) != false)).TakeWhile(page => page.Any()).SelectMany(page => page) }, "A listing with a filter"),
        new("lists everything, whatever the filter is", storage => new BreakableCache(storage) { List = (all, _) => all.Items() }, "A listing with a filter"),
        new("lists service tokens when only connections are asked for", storage => new BreakableCache(storage) { List = (all, filter) => Fitting(all, filter is null ? null : filter with { ConnectionsOnly = false }) }, "A listing with a filter"),
        new("compares the client of a filter with case", storage => new BreakableCache(storage) { List = (all, filter) => Fitting(all, filter).Where(item => filter?.Client is null || filter.Client == item.Key.Client) }, "A listing with a filter"),
        new("lists entries without their marks", storage => new BreakableCache(storage) { List = (all, filter) => Fitting(all, filter).Select(item => new TokenCacheItem(item.Key, item.Entry! with { Mark = null })) }, "An entry is read by every other"),
        new("finds each page by its offset from the start", storage => new BreakableCache(storage) { List = ByOffset }, "An unchanged entry"),
    ];

    private static IEnumerable<BrokenCache> WithCancellation() =>
    [
        new("reports a cancelled change as done", storage => new BreakableCache(storage) { ChangeWhenCancelled = (_, _) => true }, "A cancelled save", "A cancelled removal"),
        new("reports a cancelled change as refused", storage => new BreakableCache(storage) { ChangeWhenCancelled = (_, _) => false }, "A cancelled save", "A cancelled removal"),
        new("stores half of a cancelled save", storage => new BreakableCache(storage) { ChangeWhenCancelled = StoreHalf(storage) }, "A cancelled save", "A cancelled removal"),
        new("returns null from a cancelled read", storage => new BreakableCache(storage) { ReadWhenCancelled = () => null }, "A cancelled read"),
    ];

    private static BreakableCache RememberingReads(BreakableStorage storage)
    {
        Dictionary<TokenKey, TokenEntry> read = [];
        return new BreakableCache(storage) { Read = (key, stored) => read.TryGetValue(key, out TokenEntry? known) || stored is null ? known : read[key] = stored };
    }

    private static Func<TokenKey, TokenEntry?, bool> StoreHalf(BreakableStorage storage) => (key, entry) =>
    {
        storage.Change(key, key, Entry() with { Version = entry?.Version ?? "half" }, _ => true);
        throw new OperationCanceledException();
    };

    // When an entry is removed, the entries after it move one place forward.
    private static IEnumerable<TokenCacheItem> ByOffset(BreakableStorage all, TokenFilter? filter)
    {
        const int PageSize = 100;
        TokenCacheItem[] page;
        for (int offset = 0; (page = [.. Fitting(all, filter).OrderBy(item => item.Key.ToStorageKey(), StringComparer.Ordinal).Skip(offset).Take(PageSize)]).Length > 0; offset += PageSize)
        {
            foreach (TokenCacheItem item in page)
            {
                yield return item;
            }
        }
    }

    private static IEnumerable<TokenCacheItem> Fitting(BreakableStorage all, TokenFilter? filter) => all.Items().Where(item => filter?.Includes(item.Key) != false);

    private static Func<TokenKey, object> By(Func<string, string> comparable) => key =>
        (key.Client.ToUpperInvariant(), key.TenantId is { } tenant ? comparable(tenant) : null, key.Connection is { } connection ? comparable(connection) : null, comparable(Scopes(key)));

    private static string Scopes(TokenKey key) => string.Join(' ', key.Scopes);

    private static string Start(string text, int length) => text.Length > length ? text[..length] : text;

    private static TokenEntry CutOff(TokenEntry entry) => entry with
    {
        Tokens = entry.Tokens with { RefreshToken = entry.Tokens.RefreshToken is { } token ? Start(token, 4000) : null },
    };

    private static DateTimeOffset? WholeSeconds(DateTimeOffset? time) => time is { } at ? at.AddTicks(-(at.Ticks % TimeSpan.TicksPerSecond)) : null;

    private static DateTimeOffset? WithoutOffset(DateTimeOffset? time) => time is { } at ? new DateTimeOffset(at.DateTime, TimeSpan.Zero) : null;

    private static string? InLatin(string? text) => text is null ? null : Encoding.Latin1.GetString(Encoding.Latin1.GetBytes(text));

    private static TokenEntry Entry() => new()
    {
        Tokens = new TokenSet { AccessToken = new AccessToken("t0ken", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch) },
        TokenEndpoint = new Uri("https://connect.example/connect/token"),
        ClientId = "isv_acme",
    };
}

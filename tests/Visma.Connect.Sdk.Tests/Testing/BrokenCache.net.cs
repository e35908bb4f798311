using System.Text;

namespace Visma.Connect.Sdk.Tests.Testing;

/// <summary>A cache with a fault that somebody could make, and the checks that must find it.</summary>
internal sealed record BrokenCache(string Fault, Func<BreakableStorage, ITokenCache> Open, params string[] CaughtBy)
{
    public static IReadOnlyList<BrokenCache> All { get; } = [.. WithEntries(), .. WithVersions(), .. WithKeys(), .. WithListings(), .. WithCancellation()];

    public override string ToString() => Fault;

    private static IEnumerable<BrokenCache> WithEntries() =>
    [
        new("invents an entry", storage => new BreakableCache(storage) { Read = (_, stored) => stored ?? Entry() }, "What was never saved"),
        new("keeps everything to itself", _ => new BreakableCache(new()), "What was saved is read by every other", "What was saved is there for an instance that is opened later"),
        new("remembers what it has read", RememberingReads, "A change is seen"),
        new("drops expired tokens", storage => new BreakableCache(storage) { Read = (_, stored) => stored?.Tokens.AccessToken.ExpiresAt.Year == 1970 ? null : stored }, "An entry of a connection stays"),
        new("makes versions of its own", storage => new BreakableCache(storage) { Read = (_, stored) => stored is null ? null : stored with { Version = Entry().Version } }, "The version that is read"),
        new("stores null as an empty text", storage => new BreakableCache(storage) { Write = entry => entry with { Company = entry.Company ?? "" } }, "What is empty"),
        new("joins scopes, and splits them again", storage => new BreakableCache(storage) { Write = entry => entry with { RequestedScopes = string.Join(' ', entry.RequestedScopes).Split(' ') } }, "What is empty"),
        new("cuts long tokens off", storage => new BreakableCache(storage) { Write = CutOff }, "Large tokens"),
        new("keeps numbers as floating point", storage => new BreakableCache(storage) { Write = entry => entry with { Attempt = (long)(double)entry.Attempt } }, "What was saved is read by every other"),
        new("keeps whole seconds", storage => new BreakableCache(storage) { Write = entry => entry with { NotBefore = WholeSeconds(entry.NotBefore) } }, "What was saved is read by every other"),
        new("loses the offset of times", storage => new BreakableCache(storage) { Write = entry => entry with { NotBefore = WithoutOffset(entry.NotBefore) } }, "What was saved is read by every other"),
        new("stores another alphabet as question marks", storage => new BreakableCache(storage) { Write = entry => entry with { StateReason = InLatin(entry.StateReason) } }, "What was saved is read by every other"),
        new("normalises texts", storage => new BreakableCache(storage) { Write = entry => entry with { StateReason = entry.StateReason?.Normalize() } }, "What was saved is read by every other"),
    ];

    private static IEnumerable<BrokenCache> WithVersions() =>
    [
        new("saves whatever is stored", storage => new BreakableCache(storage) { MaySave = (_, _) => true },
            "Of two creations", "A save needs", "A save or removal that was refused", "An old version", "Versions compare exactly", "Of many saves", "Of many creations"),
        new("creates over what is there", storage => new BreakableCache(storage) { MaySave = (stored, named) => named is null || stored == named },
            "Of two creations", "A save or removal that was refused", "Of many creations"),
        new("brings back what was removed", storage => new BreakableCache(storage) { MaySave = (stored, named) => stored == named || (stored is null && named is not null) }, "A save needs", "An old version"),
        new("removes whatever is stored", storage => new BreakableCache(storage) { MayRemove = (stored, _) => stored is not null }, "A removal needs", "A save or removal that was refused", "An old version"),
        new("removes what is not there", storage => new BreakableCache(storage) { MayRemove = (stored, named) => stored is null || stored == named }, "A removal needs", "Of many removals"),
        new("compares versions without case", storage => new BreakableCache(storage) { MaySave = (stored, named) => string.Equals(stored, named, StringComparison.OrdinalIgnoreCase) }, "Versions compare exactly"),
        new("compares the beginning of versions", storage => new BreakableCache(storage) { MaySave = (stored, named) => stored?[..8] == named?[..Math.Min(8, named.Length)] }, "Versions compare exactly"),
        new("removes by a pattern", storage => new BreakableCache(storage) { MayRemove = (stored, named) => named == "%" || stored == named }, "Versions compare exactly"),
        new("says that a lost save was done", storage => new BreakableCache(storage) { ResultOfRefusedSave = true },
            "Of two creations", "A save needs", "Of many saves", "Of many creations"),
        new("looks first, and writes then", storage => new BreakableCache(storage) { LooksFirst = true },
            "Of many saves", "Of many creations", "Of many removals", "Of a save and a removal", "Of many changes"),
        new("never lets a save through", storage => new BreakableCache(storage) { MaySave = (stored, named) => named is null && stored is null }, "A save needs", "Of many changes"),
    ];

    private static IEnumerable<BrokenCache> WithKeys() =>
    [
        new("compares names without case", storage => new BreakableCache(storage) { IdOf = By(name => name.ToUpperInvariant()) }, "Connections compare", "Tenants compare", "Sets of scopes"),
        new("trims names", storage => new BreakableCache(storage) { IdOf = By(name => name.Trim()) }, "Connections compare", "Tenants compare"),
        new("normalises names", storage => new BreakableCache(storage) { IdOf = By(name => name.Normalize()) }, "Connections compare", "Tenants compare"),
        new("takes wide letters for narrow ones", storage => new BreakableCache(storage) { IdOf = By(name => name.Normalize(NormalizationForm.FormKC)) }, "Connections compare", "Tenants compare"),
        new("ignores invisible letters", storage => new BreakableCache(storage) { IdOf = By(name => name.Replace("\u200b", "", StringComparison.Ordinal)) }, "Connections compare", "Tenants compare"),
        new("decodes names", storage => new BreakableCache(storage) { IdOf = By(Uri.UnescapeDataString) }, "Connections compare", "Tenants compare"),
        new("compares the beginning of keys", storage => new BreakableCache(storage) { IdOf = key => Start(key.ToStorageKey(), 255) }, "Long keys"),
        new("takes a tenant for a connection", storage => new BreakableCache(storage) { IdOf = key => (key.Client.ToUpperInvariant(), key.TenantId ?? key.Connection, Scopes(key)) }, "A client, a tenant and a connection"),
        new("joins the parts of a key", storage => new BreakableCache(storage) { IdOf = key => $"{key.Client}/{key.TenantId}/{key.Connection}/{Scopes(key)}" }, "The parts of a key"),
        new("goes by the first scope", storage => new BreakableCache(storage) { IdOf = key => (key.Client, key.TenantId, key.Connection, Scopes(key).Split(' ')[0]) }, "Sets of scopes"),
        new("compares clients with case", storage => new BreakableCache(storage) { IdOf = key => (key.Client, key.TenantId, key.Connection, Scopes(key)) }, "Names of clients"),
    ];

    private static IEnumerable<BrokenCache> WithListings() =>
    [
        new("lists the first page", storage => new BreakableCache(storage) { List = (all, filter) => Fitting(all, filter).Take(200) }, "A listing has everything"),
        new("lists the end of a page again", storage => new BreakableCache(storage) { List = (all, filter) => Fitting(all, filter).Chunk(200).SelectMany(page => page.Append(page[^1])) }, "A listing has everything", "What stands"),
        new("ends at a page that the filter empties", storage => new BreakableCache(storage) { List = (all, filter) => all.Items().Chunk(200).Select(page => page.Where(item => filter?.Includes(item.Key) != false)).TakeWhile(page => page.Any()).SelectMany(page => page) }, "A filter lists"),
        new("lists everything, whatever the filter", storage => new BreakableCache(storage) { List = (all, _) => all.Items() }, "A filter lists"),
        new("lists service tokens too", storage => new BreakableCache(storage) { List = (all, filter) => Fitting(all, filter is null ? null : filter with { ConnectionsOnly = false }) }, "A filter lists"),
        new("compares the client of a filter with case", storage => new BreakableCache(storage) { List = (all, filter) => Fitting(all, filter).Where(item => filter?.Client is null || filter.Client == item.Key.Client) }, "A filter lists"),
        new("lists entries without their marks", storage => new BreakableCache(storage) { List = (all, filter) => Fitting(all, filter).Select(item => new TokenCacheItem(item.Key, item.Entry! with { Mark = null })) }, "What was saved is read by every other"),
        new("counts from the start for each page", storage => new BreakableCache(storage) { List = ByOffset }, "What stands"),
    ];

    private static IEnumerable<BrokenCache> WithCancellation() =>
    [
        new("says that a cancelled change was done", storage => new BreakableCache(storage) { ChangeWhenCancelled = (_, _) => true }, "A save that is cancelled", "A removal that is cancelled"),
        new("says that a cancelled change was refused", storage => new BreakableCache(storage) { ChangeWhenCancelled = (_, _) => false }, "A save that is cancelled", "A removal that is cancelled"),
        new("stores half of a cancelled save", storage => new BreakableCache(storage) { ChangeWhenCancelled = StoreHalf(storage) }, "A save that is cancelled", "A removal that is cancelled"),
        new("reads nothing when cancelled", storage => new BreakableCache(storage) { ReadWhenCancelled = () => null }, "A read that is cancelled"),
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

    // What goes moves all that follow it one place forward.
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

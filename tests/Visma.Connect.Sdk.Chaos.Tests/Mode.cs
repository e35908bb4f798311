namespace Visma.Connect.Sdk.Chaos;

/// <summary>What kind of refresh tokens the client has, and how many connections a user has.</summary>
internal sealed record Mode(string Name, TimeSpan? Grace, int ConnectionsPerUser)
{
    public static readonly Mode WithGrace = new("with a grace period of 60 s", TimeSpan.FromSeconds(60), ConnectionsPerUser: 3);

    public static readonly Mode WithoutGrace = new("without a grace period", Grace: null, ConnectionsPerUser: 1);

    public static readonly Mode DetectionByUser = new("without a grace period, users with several connections", Grace: null, ConnectionsPerUser: 3);

    // c of docs/renewal.md.
    private static readonly TimeSpan CacheOperation = TimeSpan.FromSeconds(2);

    /// <summary>T, H and L of docs/renewal.md.</summary>
    public TimeSpan Request => TimeSpan.FromSeconds(Grace is null ? 30 : 10);

    public TimeSpan Processing => Request + CacheOperation + TimeSpan.FromSeconds(1);

    public TimeSpan Lease => Request + (2 * CacheOperation) + TimeSpan.FromSeconds(1);

    /// <summary>How long a reply is awaited: without a grace period until the end, with one until the replay.</summary>
    public TimeSpan Listen => TimeSpan.FromSeconds(Grace is null ? 100 : 30);

    public bool HasSiblings => ConnectionsPerUser > 1;

    public override string ToString() => Name;
}

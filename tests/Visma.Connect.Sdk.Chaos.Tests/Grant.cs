namespace Visma.Connect.Sdk.Chaos;

/// <summary>A consent of a user.</summary>
internal sealed class Grant(Connection connection, int number, TimeSpan at)
{
    public Connection Connection => connection;

    public TimeSpan At => at;

    /// <summary>The token whose second use made the server revoke this grant; null if it is not revoked.</summary>
    public RefreshToken? RevokedFor { get; set; }

    public TimeSpan? RevokedAt { get; set; }

    public override string ToString() => $"{connection}/{number}";
}

using Visma.Connect.Sdk.Sqlite;

namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Infrastructure;

public static class Preparation
{
    /// <summary>Prepares the database of a durable cache.</summary>
    public static Task PrepareAsync(this ITokenCache cache, CancellationToken cancellationToken) => cache switch
    {
        SqliteTokenCache sqlite => sqlite.PrepareAsync(cancellationToken),
        EntityFrameworkTokenCache other => other.PrepareAsync(cancellationToken),
        _ => throw new ArgumentException("The cache has no database.", nameof(cache)),
    };
}

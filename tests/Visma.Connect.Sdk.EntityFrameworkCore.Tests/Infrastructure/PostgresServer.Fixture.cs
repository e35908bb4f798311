namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Infrastructure;

/// <summary>The members that only tests use.</summary>
public sealed partial class PostgresServer : IAsyncLifetime
{
    /// <summary>Skips the test if PostgreSQL is not installed.</summary>
    public void Require() => Assert.SkipWhen(WhyNot is not null, WhyNot ?? "");
}

namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Infrastructure;

/// <summary>What tests need of it, and other programs do not.</summary>
public sealed partial class PostgresServer : IAsyncLifetime
{
    /// <summary>Skips the test where there is no PostgreSQL.</summary>
    public void Require() => Assert.SkipWhen(WhyNot is not null, WhyNot ?? "");
}

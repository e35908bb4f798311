global using Visma.Connect.Sdk.EntityFrameworkCore.Tests.Infrastructure;
global using Xunit;

[assembly: AssemblyFixture(typeof(PostgresServer))]

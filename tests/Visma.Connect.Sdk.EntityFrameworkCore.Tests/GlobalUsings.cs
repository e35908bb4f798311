global using Visma.Connect.Sdk.EntityFrameworkCore.Tests.Infrastructure;
global using Visma.Connect.Sdk.Testing;
global using Visma.Connect.Sdk.Tests.Infrastructure;
global using Visma.Connect.Sdk.TokenCache;
global using Xunit;

[assembly: AssemblyFixture(typeof(PostgresServer))]

global using Visma.Connect.Sdk.Testing;
global using Visma.Connect.Sdk.Tests.Infrastructure;
global using Visma.Connect.Sdk.TokenCache;
global using Xunit;

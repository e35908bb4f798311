global using Visma.Connect.Sdk.TokenCache;
global using Visma.Connect.Sdk.Tests.Infrastructure;
global using Xunit;

global using Visma.Connect.Sdk.TokenCache;
global using Xunit;

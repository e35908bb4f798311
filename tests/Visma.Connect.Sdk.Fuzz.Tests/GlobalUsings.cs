global using Visma.Connect.Sdk.Fuzz.Inputs;
global using Visma.Connect.Sdk.TokenCache;
global using Xunit;

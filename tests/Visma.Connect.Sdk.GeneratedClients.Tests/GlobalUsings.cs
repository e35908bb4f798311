global using Microsoft.Extensions.DependencyInjection;
global using Visma.Connect.Sdk.Testing;
global using Visma.Connect.Sdk.Tests.Infrastructure;
global using Xunit;

global using PretendedApplication.Application;
global using PretendedApplication.Doubles;
global using Visma.Connect.Sdk;
global using Xunit;

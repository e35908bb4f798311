namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>A type that another one uses, and the member in which it does.</summary>
internal sealed record TypeUse(Type Used, string Where);

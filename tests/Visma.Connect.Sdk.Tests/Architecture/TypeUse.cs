namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>A type that another type uses, and the member of the other type that uses it.</summary>
internal sealed record TypeUse(Type Used, string Where);

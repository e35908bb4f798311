namespace Visma.Connect.Sdk.Tests.FrontDoor.Mistakes;

/// <summary>The durable caches, and <c>HttpClient.Send</c>, are not there on .NET Standard 2.0.</summary>
internal static class StorageMistakes
{
    public static IEnumerable<Mistake> All { get; } = [];
}

namespace Visma.Connect.Sdk.AspNetCore.Tests.Connect;

/// <summary>What neither a log at Trace nor an answer may contain.</summary>
internal static class Secrets
{
    // Long enough that no ordinary text has it by chance.
    private const int Shortest = 16;

    /// <summary>Fails if one of the texts contains a secret that FakeVisma has issued or received.</summary>
    public static void AssertAbsent(FakeVisma visma, IEnumerable<string> texts)
    {
        string all = string.Join('\n', texts);
        foreach (string secret in visma.Secrets.SelectMany(FormsOf).Where(secret => secret.Length >= Shortest))
        {
            Assert.DoesNotContain(secret, all, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<string> FormsOf(string secret) => secret.Split('.') is [_, _, { Length: > 0 } signature]
        ? [signature]
        : [secret, Uri.EscapeDataString(secret)];
}

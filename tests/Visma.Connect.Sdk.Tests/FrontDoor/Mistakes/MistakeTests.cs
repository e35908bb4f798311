namespace Visma.Connect.Sdk.Tests.FrontDoor.Mistakes;

public class MistakeTests
{
    private static readonly Dictionary<string, Mistake> All = new[]
    {
        SettingMistakes.All, RegistrationMistakes.All, CallMistakes.All, ConsentMistakes.All, StorageMistakes.All,
    }.SelectMany(group => group).ToDictionary(mistake => mistake.Did);

    public static TheoryData<string> Names => [.. All.Keys];

    // No mistake is silent, and no message sends the developer in a wrong direction.
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Mistake_is_reported_with_cause_and_remedy(string did)
    {
        Mistake mistake = All[did];

        (Reported when, Exception? error, IReadOnlyCollection<string> lines) = await MistakenApp.MakeAsync(mistake);

        string message = error?.Message ?? string.Join('\n', lines.Where(line => line.StartsWith("Warning", StringComparison.Ordinal) || line.StartsWith("Error", StringComparison.Ordinal)));
        Assert.True(mistake.Reported == when && mistake.Error == error?.GetType(), $"{when}: {error?.GetType().Name ?? "no exception"}: {message}");
        Assert.All(mistake.Words, word => Assert.Contains(word, message, StringComparison.Ordinal));
        Assert.DoesNotContain("top-secret", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hundred_mistakes_are_known() => Assert.InRange(All.Count, 100, 1000);
}

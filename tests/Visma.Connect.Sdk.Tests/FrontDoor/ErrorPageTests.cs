namespace Visma.Connect.Sdk.Tests.FrontDoor;

public class ErrorPageTests
{
    [Fact]
    public void Page_has_exactly_one_row_for_each_remedy()
    {
        string[] rows = [.. Repository.Read("docs/errors.md").Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))];

        Assert.Equal(VismaRemedies.All.Select(RowOf).Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Remedies_have_different_names() =>
        Assert.Equal(VismaRemedies.All.Count, VismaRemedies.All.Select(remedy => remedy.Code).Distinct(StringComparer.Ordinal).Count());

    [Fact]
    public void Remedies_read_like_help() => Assert.All(VismaRemedies.All, remedy =>
    {
        Assert.Matches("^[a-z0-9-]+$", remedy.Code);
        Assert.NotEmpty(remedy.Symptom);
        Assert.EndsWith(".", remedy.Action, StringComparison.Ordinal);
        Assert.True(char.IsUpper(remedy.Action[0]), remedy.Action);
        Assert.True(remedy.Cause is null || remedy.Cause.EndsWith('.'), remedy.Cause);
        Assert.True(remedy.Page is null || remedy.Page.Scheme == Uri.UriSchemeHttps, remedy.Code);
    });

    private static string RowOf(VismaRemedy remedy) =>
        $"| `{remedy.Code}` | {remedy.Symptom} | {remedy.Cause ?? ""} | {remedy.Action} | {(remedy.Page is null ? "" : $"[page]({remedy.Page.AbsoluteUri})")} |";
}

using System.Reflection;

namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>The public API is a text file in the repository, so that a change to it shows in the diff and is reviewed like code.</summary>
public class PublicApiTests
{
    private const string Folder = "tests/Visma.Connect.Sdk.Tests/Architecture/PublicApi";

    [Fact]
    public Task The_public_API_of_the_core_is_the_approved_one() =>
        AssertApprovedAsync(Product.Core, $"Visma.Connect.Sdk.{Product.TargetOf(Product.Core)}.txt");

    [Fact]
    public Task The_public_API_of_the_testing_package_is_the_approved_one() =>
        AssertApprovedAsync(typeof(FakeVisma).Assembly, "Visma.Connect.Sdk.Testing.txt");

    [Fact]
    public async Task The_public_API_of_the_further_packages_is_the_approved_one()
    {
        foreach (Assembly package in Product.Packages)
        {
            await AssertApprovedAsync(package, $"{package.GetName().Name}.txt");
        }
    }

    private static async Task AssertApprovedAsync(Assembly assembly, string name)
    {
        string approvedPath = Path.Combine(SourceTree.Root, Folder, name);
        string receivedPath = Path.Combine(AppContext.BaseDirectory, name);
        IReadOnlyList<string> received = PublicApiText.Of(assembly);
        string[] approved = File.Exists(approvedPath) ? await File.ReadAllLinesAsync(approvedPath, TestApp.Cancellation) : [];

        if (received.SequenceEqual(approved))
        {
            return;
        }

        await File.WriteAllTextAsync(receivedPath, string.Concat(received.Select(line => line + "\n")), TestApp.Cancellation);
        Assert.Fail(
            $"""
            The public API of {assembly.GetName().Name} differs from the approved one:

            {string.Join(Environment.NewLine, LineDiff.Of(approved, received))}

            If this is a mistake, make the added members internal and restore the removed ones: applications use them.
            If it is intended, approve it, commit the file with the change, and mention it in CHANGELOG.md. At the root of the repository:

                cp {Path.GetRelativePath(SourceTree.Root, receivedPath)} {Folder}/

            """);
    }
}

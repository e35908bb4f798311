namespace Visma.Connect.Sdk.Tests.SignIn;

// The tests change the PATH of the process, which all tests share.
[CollectionDefinition(DisableParallelization = true)]
public class SharedPath;

[Collection(typeof(SharedPath))]
public sealed class SystemBrowserTests : IDisposable
{
    private readonly string? _path = Environment.GetEnvironmentVariable("PATH");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("visma-browser-");

    [Fact]
    public async Task Systems_browser_is_given_the_address_as_one_argument()
    {
        PutOnPath("""printf '%s %s' "$#" "$1" > "$0.opening" && mv "$0.opening" "$0.opened" """);
        await using DesktopApp app = await DesktopApp.StartAsync();
        SignInAttempt attempt = app.Begin(options => options.OpenBrowser = null);

        string opened = Path.Combine(_folder.FullName, "xdg-open.opened");
        await Eventually.TrueAsync(() => File.Exists(opened) || attempt.Connecting.IsCompleted);
        string[] arguments = (await File.ReadAllTextAsync(opened, DesktopApp.Cancellation)).Split(' ');

        Assert.Equal("1", arguments[0]);
        FakeCallback callback = await app.Visma.SignInAsync(new Uri(arguments[1]), app.User, cancellationToken: DesktopApp.Cancellation);
        (await callback.SendAsync(app.Http, DesktopApp.Cancellation)).Dispose();
        Assert.Equal("mine", (await attempt.Connecting).Name);
    }

    [Theory]
    [InlineData("exit 3")]
    [InlineData(null)]
    public async Task Browser_that_cannot_be_opened_is_an_error_with_the_remedy(string? script)
    {
        PutOnPath(script);
        await using DesktopApp app = await DesktopApp.StartAsync();

        SignInAttempt attempt = app.Begin(options => options.OpenBrowser = null);

        VismaConnectException failure = await Assert.ThrowsAsync<VismaConnectException>(() => attempt.Connecting);
        Assert.Contains("OpenBrowser", failure.Remedy?.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("http", failure.ToString(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("PATH", _path);
        _folder.Delete(recursive: true);
    }

    private void PutOnPath(string? script)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux looks its command up.");
        string command = Path.Combine(_folder.FullName, "xdg-open");
        if (script is not null && OperatingSystem.IsLinux())
        {
            File.WriteAllText(command, $"#!/bin/sh\n{script}\n");
            File.SetUnixFileMode(command, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        // If the test creates no browser, the machine's browser must not be found.
        Environment.SetEnvironmentVariable("PATH", script is null ? _folder.FullName : $"{_folder.FullName}{Path.PathSeparator}{_path}");
    }
}

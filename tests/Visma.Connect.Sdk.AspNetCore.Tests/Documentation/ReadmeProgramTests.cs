using System.Diagnostics;
using System.Net;
using Visma.Connect.Sdk.AspNetCore.Tests.Connect;

namespace Visma.Connect.Sdk.AspNetCore.Tests.Documentation;

/// <summary>The web application of the README, started as a process: from an empty folder to the data of a connected company.</summary>
public class ReadmeProgramTests
{
    [Fact]
    public async Task Web_application_of_the_readme_connects_a_company_and_shows_its_settings()
    {
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: ConnectApp.Cancellation);
        FakeCompany company = visma.AddCompany("Acme AS");
        FakeUser user = visma.AddUser("Kari Nordmann", company);
        FakeClient client = visma.AddClient("acme", "ea:api", "ea:sales", "offline_access");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("visma-readme-");
        using Process program = Start(folder, visma, client);
        try
        {
            Uri address = await AddressAsync(program);
            client.AllowRedirectTo(new Uri(address, "visma/callback").AbsoluteUri);
            using TestBrowser browser = new(address);

            using HttpResponseMessage page = await browser.GetAsync("/companies/customer-42", ("Accept", "text/html"));
            using HttpResponseMessage start = await browser.GetAsync(page.Headers.Location!);
            FakeCallback callback = await visma.SignInAsync(start.Headers.Location!, user, company, ConnectApp.Cancellation);
            using HttpResponseMessage end = await browser.ReturnAsync(callback);
            using HttpResponseMessage data = await browser.GetAsync(end.Headers.Location!);

            Assert.Equal("/companies/customer-42", end.Headers.Location!.OriginalString);
            Assert.Equal(HttpStatusCode.OK, data.StatusCode);
            Assert.Contains("Acme AS", await HostileTests.TextOf(data), StringComparison.Ordinal);
        }
        finally
        {
            program.Kill(entireProcessTree: true);
            await program.WaitForExitAsync(CancellationToken.None);
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Web_application_of_the_readme_has_at_most_12_lines() =>
        Assert.InRange(Repository.Read("tests/ReadmeWebProgram/Program.cs").Split('\n').Count(line => line.Trim().Length > 0), 1, 12);

    private static Process Start(DirectoryInfo folder, FakeVisma visma, FakeClient client)
    {
        // The program has the same configuration and target: ../../../../ReadmeWebProgram/bin/Debug/net10.0, seen from here.
        DirectoryInfo here = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        string program = Path.Combine(here.Parent!.Parent!.Parent!.Parent!.FullName, "ReadmeWebProgram", "bin", here.Parent.Name, here.Name, "ReadmeWebProgram.dll");
        ProcessStartInfo start = new("dotnet", [program, "--urls", "http://127.0.0.1:0", "--contentRoot", folder.FullName])
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
        };
        VismaConnectOptions addresses = new();
        visma.Configure(addresses);
        Dictionary<string, string> settings = new()
        {
            ["HOME"] = folder.FullName,
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["VismaConnect__Clients__eaccounting__Authority"] = "EAccounting",
            ["VismaConnect__Clients__eaccounting__ClientId"] = client.ClientId,
            ["VismaConnect__Clients__eaccounting__ClientSecret"] = client.Secret,
            ["VismaConnect__Authorities__EAccounting__BaseAddress"] = addresses.Authorities["EAccounting"].BaseAddress!.AbsoluteUri,
            ["VismaConnect__Apis__EAccounting__BaseAddress"] = visma.EAccounting.BaseAddress.AbsoluteUri,
        };
        foreach ((string name, string value) in settings.Concat(client.Scopes.Select((scope, index) =>
            KeyValuePair.Create($"VismaConnect__Clients__eaccounting__Scopes__{index}", scope))))
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static async Task<Uri> AddressAsync(Process program)
    {
        const string Begin = "Now listening on: ";
        while (await program.StandardOutput.ReadLineAsync(ConnectApp.Cancellation).AsTask().Soon() is { } line)
        {
            int at = line.IndexOf(Begin, StringComparison.Ordinal);
            if (at >= 0)
            {
                // What the program writes after that is read and dropped, so that it never waits for a reader.
                _ = program.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return new Uri(line[(at + Begin.Length)..].Trim() + "/");
            }
        }

        throw new InvalidOperationException("The program ended before it listened.");
    }
}

using System.Diagnostics;
using System.Net;

namespace Visma.Connect.Sdk.Tests.FrontDoor;

/// <summary>The program of the README in a process of its own: what it does not need is not loaded.</summary>
public class LoadedAssembliesTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Polly_is_loaded_when_the_first_request_fails(bool fails)
    {
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: TestApp.Cancellation);
        FakeClient client = visma.AddClient("isv_acme_service", TestApp.ReadScope);
        FakeCompany company = visma.AddCompany("Acme AS").Grant(client);
        if (fails)
        {
            visma.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.BadGateway));
        }

        string[] output = await RunAsync(visma, client, company);

        Assert.Equal(fails ? 2 : 1, visma.TokenEndpoint.Requests.Count);
        Assert.Single(visma.NetErpEndpoint.Requests);
        string[] loaded = [.. output.Where(line => line.StartsWith(StartupHook.Prefix, StringComparison.Ordinal)).Select(line => line[StartupHook.Prefix.Length..])];
        Assert.Contains("Visma.Connect.Sdk", loaded);
        Assert.DoesNotContain(loaded, name => name.StartsWith("Microsoft.IdentityModel", StringComparison.Ordinal));
        Assert.Equal(fails, loaded.Any(name => name.Contains("Polly", StringComparison.Ordinal)));
    }

    private static async Task<string[]> RunAsync(FakeVisma visma, FakeClient client, FakeCompany company)
    {
        // The program has the same configuration and target: ../../../../ReadmeProgram/bin/Debug/net10.0, seen from here.
        DirectoryInfo here = new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string program = Path.Combine(here.Parent!.Parent!.Parent!.Parent!.FullName, "ReadmeProgram", "bin", here.Parent.Name, here.Name, "ReadmeProgram.dll");
        ProcessStartInfo start = new(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            ArgumentList = { program, company.TenantId },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location,
                ["VismaConnect__Clients__erp__ClientId"] = client.ClientId,
                ["VismaConnect__Clients__erp__ClientSecret"] = client.Secret,
                ["VismaConnect__Clients__erp__Scopes__0"] = TestApp.ReadScope,
                ["VismaConnect__Authorities__VismaConnect__BaseAddress"] = visma.VismaConnect.TokenEndpoint.GetLeftPart(UriPartial.Authority),
                ["VismaConnect__Apis__NetErp__BaseAddress"] = visma.NetErp.BaseAddress.AbsoluteUri,
            },
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestApp.Cancellation);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestApp.Cancellation);
        await process.WaitForExitAsync(TestApp.Cancellation).Soon("the end of the program of the README");
        Assert.True(process.ExitCode == 0, $"{await output} {await errors}");
        return (await output).Split('\n', StringSplitOptions.TrimEntries);
    }
}

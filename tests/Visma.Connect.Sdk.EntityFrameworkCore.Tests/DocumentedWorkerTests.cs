using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests;

/// <summary>The program of docs/workers.md, as a process beside the one in which users connect.</summary>
public sealed class DocumentedWorkerTests : IAsyncDisposable
{
    private const string RedirectUri = "https://portal.acme.example/visma/callback";

    private readonly string _folder = Directory.CreateTempSubdirectory("visma-tests-worker-").FullName;
    private FakeVisma? _visma;
    private Process? _worker;

    [Fact]
    public async Task Worker_of_the_page_calls_the_api_of_each_connected_company_until_it_is_ended()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It is ended by SIGTERM.");
        FakeVisma visma = _visma = await FakeVisma.StartAsync(cancellationToken: Entries.Cancellation);
        FakeClient client = visma.AddClient("acme", "ea:api", "ea:sales", "offline_access").AllowRedirectTo(RedirectUri);
        await ConnectAsync(visma, client, "customer-42", "customer-43");

        Process worker = _worker = Start(client);
        HashSet<string> missing = ["customer-42 has 3 customers.", "customer-43 has 3 customers."];
        while (missing.Count > 0)
        {
            string? line = await worker.StandardOutput.ReadLineAsync(Entries.Cancellation).AsTask().Soon($"the worker's lines {string.Join(", ", missing)}");
            Assert.NotNull(line);
            missing.RemoveWhere(line.Contains);
        }

        using Process kill = Process.Start("kill", ["-TERM", $"{worker.Id}"]);
        await worker.WaitForExitAsync(Entries.Cancellation).Soon("the worker ends");
        Assert.Equal(0, worker.ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        // Also after a failure: the process would keep the output of the test run open.
        _worker?.Kill();
        _worker?.Dispose();
        await (_visma?.DisposeAsync() ?? ValueTask.CompletedTask);
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ConnectAsync(FakeVisma visma, FakeClient client, params string[] connections)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddVismaConnect(options =>
        {
            options.Clients["eaccounting"] = client.ToOptions();
            options.Clients["eaccounting"].Authority = "EAccounting";
            options.TokenProtection.Keys["first"] = TestKeys.First;
            visma.Configure(options);
        }).AddSqliteTokenCache(Path.Combine(_folder, "data", "visma-tokens.db"));
        using IHost host = builder.Build();
        await host.StartAsync(Entries.Cancellation);
        VismaConnections users = host.Services.GetRequiredService<VismaConnections>();
        foreach (string connection in connections)
        {
            FakeUser user = visma.AddUser($"User of {connection}", visma.AddCompany($"Company of {connection}"));
            AuthorizationRequest start = users.Begin("eaccounting", connection);
            FakeCallback callback = await visma.SignInAsync(start.Url, user, cancellationToken: Entries.Cancellation);
            await users.CompleteAsync(start, AuthorizationResponse.FromUri(callback.Uri), Entries.Cancellation);
        }

        await host.StopAsync(Entries.Cancellation);
    }

    private Process Start(FakeClient client)
    {
        string program = Path.Combine(Repository.Root, "tests", "WorkerProgram", "bin", "Debug", "net10.0", "WorkerProgram.dll");
        ProcessStartInfo start = new("dotnet", [program]) { RedirectStandardOutput = true, WorkingDirectory = _folder };
        (string Name, string Value)[] settings =
        [
            ("Authorities__EAccounting__BaseAddress", _visma!.EAccountingIdentity.Authority.TokenEndpoint.GetLeftPart(UriPartial.Authority)),
            ("Apis__EAccounting__BaseAddress", _visma.EAccounting.BaseAddress.AbsoluteUri),
            ("Clients__eaccounting__Authority", "EAccounting"),
            ("Clients__eaccounting__ClientId", client.ClientId),
            ("Clients__eaccounting__ClientSecret", client.Secret),
            ("Clients__eaccounting__RedirectUri", RedirectUri),
            ("Clients__eaccounting__Scopes__0", "ea:api"),
            ("Clients__eaccounting__Scopes__1", "ea:sales"),
            ("Clients__eaccounting__Scopes__2", "offline_access"),
            ("TokenProtection__Keys__first", TestKeys.First),
        ];
        foreach ((string name, string value) in settings)
        {
            start.Environment[$"VismaConnect__{name}"] = value;
        }

        return Process.Start(start)!;
    }
}

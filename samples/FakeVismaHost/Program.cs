using FakeVismaHost;
using Visma.Connect.Sdk;
using Visma.Connect.Sdk.Testing;

const string Usage = """
    FakeVisma as a program of its own, on fixed ports and with fixed secrets: for developing an application in any language without credentials.
    It prints its settings as JSON, and runs until Ctrl+C. It is reached from this machine only, and forgets its tokens when it ends.

      dotnet run --project samples/FakeVismaHost                               on the ports 5090 and 5091
      dotnet run --project samples/FakeVismaHost -- --port 6000                on the ports 6000 and 6001
      dotnet run --project samples/FakeVismaHost -- --redirect-uri <address>   the callback of your application; once for each address
    """;

return await Sample.RunAsync(args, Usage, async stopping =>
{
    Arguments arguments = Arguments.Of(args);
    await using FakeVisma visma = await FakeVisma.StartAsync(arguments.Port, cancellationToken: stopping);
    VismaConnectOptions options = FixedVisma.Fill(visma, arguments.RedirectUris);
    // Only the settings go to the standard output, so that they can be redirected into a file.
    Console.WriteLine(SettingsText.Of(options));
    await Task.Delay(Timeout.Infinite, stopping);
});

using Microsoft.Extensions.Hosting;

namespace Visma.Connect.Sdk.TokenWorker;

/// <summary>Ends this process when its standard input ends: asked to by the test, or because the test is no more.</summary>
internal sealed class InputEnd(IHostApplicationLifetime application) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using Stream input = Console.OpenStandardInput();
        await input.CopyToAsync(Stream.Null, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        application.StopApplication();
    }
}

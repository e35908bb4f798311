using Microsoft.Extensions.Hosting;

namespace Visma.Connect.Sdk.TokenWorker;

/// <summary>Stops this process when its standard input ends, because the test closed it or has ended.</summary>
internal sealed class InputEnd(IHostApplicationLifetime application) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using Stream input = Console.OpenStandardInput();
        await input.CopyToAsync(Stream.Null, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        application.StopApplication();
    }
}

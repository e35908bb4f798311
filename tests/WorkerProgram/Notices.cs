using Visma.Connect.Sdk;

namespace Acme.Worker;

/// <summary>Tells customers that their connection has ended. Here it only logs; send a mail instead.</summary>
internal sealed class Notices(ILogger<Notices> logger)
{
    public Task SendAsync(IReadOnlyList<VismaConnection> ended, CancellationToken cancellationToken)
    {
        foreach (VismaConnection connection in ended)
        {
            logger.LogWarning("{Connection} must connect again.", connection.Name);
        }

        return Task.CompletedTask;
    }
}

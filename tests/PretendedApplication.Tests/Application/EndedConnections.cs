namespace PretendedApplication.Application;

/// <summary>Tells the users of connections that have ended.</summary>
public class EndedConnections : IReauthorizationObserver
{
    public List<string> Mails { get; } = [];

    public Task OnReauthorizationRequiredAsync(Reauthorization reauthorization, CancellationToken cancellationToken)
    {
        Mails.AddRange(reauthorization.Connections.Select(connection => $"{connection.Name}: please connect again ({connection.Reason})"));
        return Task.CompletedTask;
    }
}

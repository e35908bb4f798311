namespace Visma.Connect.Sdk;

/// <summary>
/// Is notified when a connection has ended and its user has to connect again, for example to send the user an email. Register it with
/// <see cref="VismaConnectBuilderExtensions.AddReauthorizationObserver{T}"/>, or a delegate with
/// <see cref="VismaConnectBuilderExtensions.OnReauthorizationRequired"/>. There can be several observers.
/// </summary>
public interface IReauthorizationObserver
{
    /// <summary>Handles the end of a connection.</summary>
    /// <param name="connection">The connection. Its <see cref="VismaConnection.Reason"/> says why it has ended.</param>
    /// <param name="cancellationToken">Is cancelled when the host has stopped, or when the container is disposed.</param>
    /// <returns>A task that completes when the observer has handled it.</returns>
    /// <remarks>
    /// Called at most once for each end of a connection, by the process that detected it. No observer is called if that process stops first, if the
    /// container is already being disposed, or if the token cache fails while the end is saved. So an
    /// application that must not miss an end also calls <see cref="VismaConnections.ListAsync"/> from time to time. Calls for different connections
    /// can overlap. Neither the renewal nor another observer waits for this call, and an exception is logged (event 18) and has no other effect.
    /// </remarks>
    Task OnReauthorizationRequiredAsync(VismaConnection connection, CancellationToken cancellationToken);
}

namespace Visma.Connect.Sdk;

/// <summary>
/// Is notified when connections have ended and their user has to connect again, for example to send the user an email. Register it with
/// <see cref="VismaConnectBuilderExtensions.AddReauthorizationObserver{T}"/>, or a delegate with
/// <see cref="VismaConnectBuilderExtensions.OnReauthorizationRequired"/>. There can be several observers.
/// </summary>
public interface IReauthorizationObserver
{
    /// <summary>Handles the end of one connection, or of several connections of one user.</summary>
    /// <param name="reauthorization">
    /// The connections, with the likely cause. The <see cref="VismaConnection.Reason"/> of each says why it has ended.
    /// </param>
    /// <param name="cancellationToken">Is cancelled when the host has stopped, or when the container is disposed.</param>
    /// <returns>A task that completes when the observer has handled it.</returns>
    /// <remarks>
    /// <para>
    /// When the server refuses a refresh token, the process that detected it checks the other connections of the same user and client id, within about
    /// half a minute, and then calls the observers once for all that have ended. The user of a connection is known from its access token, or from its
    /// id token if the scopes contain <c>openid</c>; a connection whose user is unknown is reported alone, and at once.
    /// </para>
    /// <para>
    /// Called at most once for each end of a connection that this process detected. Two processes that detect ends of the same user at the same time
    /// each report what they found. No observer is called if that process stops first, if the
    /// container is already being disposed, or if the token cache fails while the end is saved. So an
    /// application that must not miss an end also calls <see cref="VismaConnections.ListAsync"/> from time to time. Calls for different users
    /// can overlap. Neither the renewal nor another observer waits for this call, and an exception is logged (event 18) and has no other effect.
    /// </para>
    /// </remarks>
    Task OnReauthorizationRequiredAsync(Reauthorization reauthorization, CancellationToken cancellationToken);
}

using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk;

/// <summary>Asks the application whether a user may connect a connection. Without an answer of the application, no user may.</summary>
internal sealed class ConnectDecision(VismaConnectEndpointOptions options, EndpointLogger logger)
{
    /// <summary>Whether the application has made the decision at all.</summary>
    public bool IsMade => options.AuthorizeConnection is not null || options.AuthorizationPolicy is not null;

    public async Task<bool> AllowsAsync(ConnectionAttempt attempt)
    {
        TokenKey key = TokenKey.ForConnection(attempt.Client, attempt.Connection);
        if (!IsMade)
        {
            ConnectLog.NoDecision(logger, key);
            return false;
        }

        bool isAllowed = (options.AuthorizeConnection is not { } decide || await decide(attempt).ConfigureAwait(false))
            && (options.AuthorizationPolicy is not { } policy || await AllowsAsync(attempt, policy).ConfigureAwait(false));
        if (!isAllowed)
        {
            ConnectLog.Refused(logger, key, attempt.Step, attempt.IsReconnectLink);
        }

        return isAllowed;
    }

    private static async Task<bool> AllowsAsync(ConnectionAttempt attempt, string policy)
    {
        IAuthorizationService authorization = attempt.HttpContext.RequestServices.GetRequiredService<IAuthorizationService>();
        return (await authorization.AuthorizeAsync(attempt.User, attempt, policy).ConfigureAwait(false)).Succeeded;
    }
}

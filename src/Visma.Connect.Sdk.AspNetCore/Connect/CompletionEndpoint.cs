using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>
/// Completes an attempt whose response has arrived: the same user, the decision of the application again, and the exchange of the code. After the end it
/// shows the outcome again as often as the browser asks.
/// </summary>
internal sealed class CompletionEndpoint(
    VismaConnectEndpointOptions options,
    ConnectDecision decision,
    AttemptCookies cookies,
    ConnectAnswers answers,
    LinkUse links,
    VismaConnections connections,
    TimeProvider time,
    EndpointLogger logger)
{
    public async Task CompleteAsync(HttpContext context, string id)
    {
        PendingAttempt? attempt = cookies.Find(context, id);
        if (attempt is null || attempt.IsExpiredAt(time.GetUtcNow()))
        {
            await LostAsync(context, attempt).ConfigureAwait(false);
        }
        else if (attempt.Link is not null || await IsSameUserAsync(context, attempt).ConfigureAwait(false))
        {
            await (attempt.Outcome is null ? AdvanceAsync(context, attempt) : ShowAsync(context, attempt)).ConfigureAwait(false);
        }
    }

    private Task LostAsync(HttpContext context, PendingAttempt? attempt)
    {
        int status = attempt?.IsExpiredAt(time.GetUtcNow()) == true ? StatusCodes.Status410Gone : StatusCodes.Status400BadRequest;
        ConnectLog.ForeignCallback(logger, status);
        return answers.FailedAsync(context, attempt, status, ConnectTexts.Lost);
    }

    // Answers the request if it is not the same user.
    private async Task<bool> IsSameUserAsync(HttpContext context, PendingAttempt attempt)
    {
        string? user = PendingAttempt.HashOf(SignedInUser.IdOf(context, options));
        if (IsSame(user, attempt.User))
        {
            return true;
        }

        // The session of the application has ended while the user was at Visma. After the sign-in, the browser comes back to this address.
        if (user is null && await SignedInUser.CanSignInAsync(context).ConfigureAwait(false))
        {
            await context.ChallengeAsync().ConfigureAwait(false);
            return false;
        }

        ConnectLog.OtherUser(logger, attempt.Key);
        await answers.FailedAsync(
            context,
            attempt,
            StatusCodes.Status403Forbidden,
            user is null ? ConnectTexts.SignInFirst : ConnectTexts.OtherUser).ConfigureAwait(false);
        return false;
    }

    private static bool IsSame(string? one, string? other) => (one is null) == (other is null)
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one ?? ""), Encoding.UTF8.GetBytes(other ?? ""));

    private async Task AdvanceAsync(HttpContext context, PendingAttempt attempt)
    {
        if (cookies.FindResponse(context, attempt.Id) is not { } response)
        {
            await LostAsync(context, attempt).ConfigureAwait(false);
            return;
        }

        ConnectionAttempt asked = new(context, attempt.Client, attempt.Connection, ConnectionStep.Callback, attempt.Link is not null);
        if (!await decision.AllowsAsync(asked).ConfigureAwait(false))
        {
            await EndAsync(context, attempt, StatusCodes.Status403Forbidden, attempt.Link is null ? ConnectTexts.NotAllowed : ConnectTexts.LinkNotAllowed)
                .ConfigureAwait(false);
            return;
        }

        try
        {
            // Not with the token of the request: after a second click, the first request still notes what it has achieved, and the second one waits for that.
            VismaConnection? connected = await links.RunAsync(
                attempt,
                () => connections.CompleteAsync(AuthorizationRequest.FromJson(attempt.Request), response, CancellationToken.None),
                context.RequestAborted).ConfigureAwait(false);
            if (connected is null)
            {
                await EndAsync(context, attempt, StatusCodes.Status410Gone, ConnectTexts.LinkUsed).ConfigureAwait(false);
                return;
            }

            cookies.End(context, attempt.Ended(time.GetUtcNow(), ConnectionOutcomeKind.Connected));
            await answers.ConnectedAsync(context, attempt, connected).ConfigureAwait(false);
        }
        catch (VismaConnectException cancelled) when (cancelled.IsCancelledByUser)
        {
            cookies.End(context, attempt.Ended(time.GetUtcNow(), ConnectionOutcomeKind.Cancelled));
            await answers.CancelledAsync(context, attempt, cancelled).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is VismaConnectException or OptionsValidationException or InvalidOperationException)
        {
            await FailAsync(context, attempt, failure).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The browser is gone, for example after a second click. Its next request gets the outcome.
        }
    }

    private async Task FailAsync(HttpContext context, PendingAttempt attempt, Exception failure)
    {
        (int status, string message) = ConnectFailure.Of(failure);
        ConnectLog.Failed(logger, attempt.Key, status, failure);
        bool canRetryHere = ConnectFailure.CanCompleteAgain(failure);
        if (!canRetryHere)
        {
            cookies.End(context, attempt.Ended(time.GetUtcNow(), ConnectionOutcomeKind.Failed, status, message));
        }

        await answers.FailedAsync(context, attempt, status, message, failure, canRetryHere).ConfigureAwait(false);
    }

    private Task EndAsync(HttpContext context, PendingAttempt attempt, int status, string message)
    {
        cookies.End(context, attempt.Ended(time.GetUtcNow(), ConnectionOutcomeKind.Failed, status, message));
        return answers.FailedAsync(context, attempt, status, message);
    }

    private async Task ShowAsync(HttpContext context, PendingAttempt attempt)
    {
        switch (attempt.Outcome)
        {
            case ConnectionOutcomeKind.Connected:
                await answers.ConnectedAsync(context, attempt, await FindAsync(context, attempt).ConfigureAwait(false)).ConfigureAwait(false);
                break;
            case ConnectionOutcomeKind.Cancelled:
                await answers.CancelledAsync(context, attempt).ConfigureAwait(false);
                break;
            default:
                await answers.FailedAsync(context, attempt, attempt.Status, attempt.Message ?? ConnectTexts.NotTheAnswer).ConfigureAwait(false);
                break;
        }
    }

    // Only for the page: what happened is known without it.
    private async Task<VismaConnection?> FindAsync(HttpContext context, PendingAttempt attempt)
    {
        try
        {
            return await connections.FindAsync(attempt.Client, attempt.Connection, context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is VismaConnectException or InvalidOperationException)
        {
            return null;
        }
    }
}

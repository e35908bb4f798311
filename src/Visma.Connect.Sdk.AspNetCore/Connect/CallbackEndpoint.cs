using Microsoft.AspNetCore.Http;

namespace Visma.Connect.Sdk;

/// <summary>
/// Receives the authorization response, in the query or as a posted form. It puts the response into a cookie and sends the browser on to an address that
/// has no code: that request is of the same site, so it has the cookies of the application and shows who is signed in.
/// <see cref="CompletionEndpoint"/> answers it.
/// </summary>
internal sealed class CallbackEndpoint(
    AttemptCookies cookies,
    ConnectAnswers answers,
    CompletionEndpoint completion,
    TimeProvider time,
    EndpointLogger logger)
{
    private const int LongestDescription = 300;

    public Task GetAsync(HttpContext context)
    {
        ConnectAnswers.SetHeaders(context);
        IQueryCollection query = context.Request.Query;
        return query.ContainsKey("state") || !PendingAttempt.IsId(query[ConnectPaths.AttemptParameter])
            ? ReceiveAsync(context, AuthorizationResponse.FromQuery(context.Request.QueryString.Value ?? ""), context.Request.QueryString.Value ?? "")
            : completion.CompleteAsync(context, query[ConnectPaths.AttemptParameter]!);
    }

    public async Task PostAsync(HttpContext context)
    {
        ConnectAnswers.SetHeaders(context);
        (string body, int refusal) = await SmallForm.ReadAsync(context.Request).ConfigureAwait(false);
        if (refusal != 0)
        {
            await answers.FailedAsync(context, attempt: null, refusal, SmallForm.MessageOf(refusal)).ConfigureAwait(false);
            return;
        }

        await ReceiveAsync(context, AuthorizationResponse.FromForm(body), body).ConfigureAwait(false);
    }

    private Task ReceiveAsync(HttpContext context, AuthorizationResponse response, string text)
    {
        if (response.State is not { } state)
        {
            return answers.FailedAsync(context, attempt: null, StatusCodes.Status400BadRequest, ConnectTexts.Malformed);
        }

        string id = PendingAttempt.IdOf(state);
        PendingAttempt? attempt = cookies.Find(context, id);
        if (attempt is null || attempt.IsExpiredAt(time.GetUtcNow()))
        {
            int status = attempt is null ? StatusCodes.Status400BadRequest : StatusCodes.Status410Gone;
            ConnectLog.ForeignCallback(logger, status);
            return answers.FailedAsync(context, attempt, status, ConnectTexts.Lost);
        }

        // After the end, the next request only shows the outcome.
        if (attempt.Outcome is null && !cookies.TryAddResponse(context, id, ResponseText.Of(text, LongestDescription)))
        {
            return answers.FailedAsync(context, attempt, StatusCodes.Status413PayloadTooLarge, ConnectTexts.TooLarge);
        }

        ConnectAnswers.SeeOther(
            context,
            LocalPath.With($"{context.Request.PathBase}{context.Request.Path}", (ConnectPaths.AttemptParameter, id)));
        return Task.CompletedTask;
    }
}

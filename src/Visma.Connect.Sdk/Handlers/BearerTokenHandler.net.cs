using System.Net;

namespace Visma.Connect.Sdk;

internal sealed partial class BearerTokenHandler
{
    // HttpClient.Send bypasses SendAsync. It can use a token in memory; a wait for a token would block the thread.
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _origins.Require(request.RequestUri);
        if (!MessageInFlight.TryBegin(request))
        {
            HttpResponseMessage answer = Follow(request, token: null, base.Send(request, cancellationToken), cancellationToken);
            mistakes.WatchHeader(answer);
            return answer;
        }

        try
        {
            return SendWithToken(request, cancellationToken);
        }
        finally
        {
            _attachment.End(request);
        }
    }

    private HttpResponseMessage SendWithToken(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        TokenKey key = KeyOf(NamedToken.Get(request));
        ValueTask<AccessToken> pending = tokens.GetTokenAsync(key, rejected: null, cancellationToken);
        if (!pending.IsCompleted)
        {
            _ = IgnoreAsync(() => pending);
            throw new NotSupportedException(
                $"The synchronous HttpClient.Send can only use a token that is in memory, and there is none for {key} yet. "
                + "Use SendAsync, or await ITokenSource.GetTokenAsync for this key first.");
        }

        AccessToken token = pending.Result;
        HttpResponseMessage response = Follow(request, token, SendAttached(request, token, cancellationToken), cancellationToken);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            // The caller gets the 401. The next request finds a newer token.
            _ = IgnoreAsync(() => tokens.GetTokenAsync(key, token, CancellationToken.None));
        }

        RefusalLog.MissingScope(logger, api, key, token, response);
        mistakes.WatchPath(request.RequestUri, response);
        return response;
    }

    private HttpResponseMessage Follow(
        HttpRequestMessage request,
        AccessToken? token,
        HttpResponseMessage response,
        CancellationToken cancellationToken)
    {
        for (int hops = 0; hops < MaxRedirects && TargetOf(request, response) is { } target; hops++)
        {
            if (Redirect.Next(request, response, target) is not { } next)
            {
                break;
            }

            response.Dispose();
            request = next;
            response = token is null ? base.Send(request, cancellationToken) : SendAttached(request, token, cancellationToken);
        }

        return response;
    }

    private HttpResponseMessage SendAttached(HttpRequestMessage request, AccessToken token, CancellationToken cancellationToken)
    {
        _attachment.Attach(request, token);
        try
        {
            return base.Send(request, cancellationToken);
        }
        finally
        {
            _attachment.Detach(request);
        }
    }

    private static async Task IgnoreAsync(Func<ValueTask<AccessToken>> ask)
    {
        try
        {
            await ask().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // No caller waits for this token. The next request throws the reason.
        }
    }
}

using System.Net;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>
/// Attaches the bearer token of the tenant or connection that a request names, renews it once after a 401, and follows redirects with a
/// check of each hop. Without a token, or to an origin outside the API, nothing is sent.
/// </summary>
/// <param name="api">The API.</param>
/// <param name="vni">Attaches the headers of VNI; null for every other API.</param>
/// <param name="defaultKey">The key of a request that does not name one.</param>
/// <param name="tokens">The source of the tokens.</param>
/// <param name="logger">The logger.</param>
internal sealed partial class BearerTokenHandler(VismaApi api, VniHeaders? vni, TokenKey defaultKey, ITokenSource tokens, ILogger logger) : DelegatingHandler
{
    private const string Authorization = "Authorization";
    private const int MaxRedirects = 10;

    private readonly ApiOrigins _origins = new(api);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _origins.Require(request.RequestUri);
        if (request.Headers.Contains(Authorization))
        {
            return SendWithCallersTokenAsync(request, cancellationToken);
        }

        TokenKey key = NamedToken.KeyOf(request, defaultKey);
        ValueTask<AccessToken> pending = tokens.GetTokenAsync(key, rejected: null, cancellationToken);
        return pending.IsCompletedSuccessfully
            ? SendWithTokenAsync(request, key, pending.Result, cancellationToken)
            : SendWhenReadyAsync(request, key, pending, cancellationToken);
    }

    // The warm path: if the token is in memory and the transport completes synchronously, no state machine is allocated.
    private Task<HttpResponseMessage> SendWithTokenAsync(HttpRequestMessage request, TokenKey key, AccessToken token, CancellationToken cancellationToken)
    {
        Task<HttpResponseMessage> sending = SendAttachedAsync(request, token, cancellationToken);
        if (sending.Status != TaskStatus.RanToCompletion || NeedsAttention(sending.Result))
        {
            return FinishAsync(request, key, token, sending, cancellationToken);
        }

        Detach(request);
        return sending;
    }

    private async Task<HttpResponseMessage> SendWhenReadyAsync(
        HttpRequestMessage request,
        TokenKey key,
        ValueTask<AccessToken> pending,
        CancellationToken cancellationToken)
    {
        AccessToken token = await pending.ConfigureAwait(false);
        return await SendWithTokenAsync(request, key, token, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendWithCallersTokenAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return await FollowAsync(request, token: null, response, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> FinishAsync(
        HttpRequestMessage request,
        TokenKey key,
        AccessToken token,
        Task<HttpResponseMessage> sending,
        CancellationToken cancellationToken)
    {
        // The usual response needs only this state machine.
        HttpResponseMessage response;
        try
        {
            response = await sending.ConfigureAwait(false);
        }
        finally
        {
            Detach(request);
        }

        return NeedsAttention(response) ? await AttendAsync(request, key, token, response, cancellationToken).ConfigureAwait(false) : response;
    }

    private async Task<HttpResponseMessage> AttendAsync(
        HttpRequestMessage request,
        TokenKey key,
        AccessToken token,
        HttpResponseMessage response,
        CancellationToken cancellationToken)
    {
        response = await FollowAsync(request, token, response, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            response = await RenewAndResendAsync(request, key, token, response, cancellationToken).ConfigureAwait(false);
        }

        RefusalLog.MissingScope(logger, api, key, token, response);
        return response;
    }

    private async Task<HttpResponseMessage> RenewAndResendAsync(
        HttpRequestMessage request,
        TokenKey key,
        AccessToken rejected,
        HttpResponseMessage response,
        CancellationToken cancellationToken)
    {
        // A redirect that changed the method has already answered the request. Sending it again would repeat its effect.
        bool canResend = (response.RequestMessage ?? request).Method == request.Method
            && !Redirect.HasAnswered(request)
            && await Resend.IsPossibleAsync(request.Content).ConfigureAwait(false);
        AccessToken token;
        try
        {
            token = await tokens.GetTokenAsync(key, rejected, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (!canResend && !cancellationToken.IsCancellationRequested)
        {
            // The request cannot be sent again, so the caller gets the 401. The next request throws the reason.
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }

        if (token.IsSameAs(rejected))
        {
            RefusalLog.GoodTokenRefused(logger, api, key, token, response);
            return response;
        }

        if (!canResend)
        {
            Log.NotResent(logger, api.Name, key);
            return response;
        }

        response.Dispose();
        Task<HttpResponseMessage> sending = SendAttachedAsync(request, token, cancellationToken);
        response = await DetachAfterAsync(request, sending).ConfigureAwait(false);
        response = await FollowAsync(request, token, response, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            RefusalLog.GoodTokenRefused(logger, api, key, token, response);
        }

        return response;
    }

    // SocketsHttpHandler would follow redirects below this handler, without its check. AddVismaToken turns that off.
    private async Task<HttpResponseMessage> FollowAsync(
        HttpRequestMessage request,
        AccessToken? token,
        HttpResponseMessage response,
        CancellationToken cancellationToken)
    {
        HttpRequestMessage original = request;
        for (int hops = 0; hops < MaxRedirects && TargetOf(request, response) is { } target; hops++)
        {
            if (await Redirect.NextAsync(request, response, target).ConfigureAwait(false) is not { } next)
            {
                break;
            }

            if (next.Method != original.Method)
            {
                Redirect.MarkAnswered(original);
            }

            response.Dispose();
            request = next;
            response = token is null
                ? await base.SendAsync(request, cancellationToken).ConfigureAwait(false)
                : await DetachAfterAsync(request, SendAttachedAsync(request, token, cancellationToken)).ConfigureAwait(false);
        }

        return response;
    }

    private Task<HttpResponseMessage> SendAttachedAsync(HttpRequestMessage request, AccessToken token, CancellationToken cancellationToken)
    {
        Attach(request, token);
        try
        {
            return base.SendAsync(request, cancellationToken);
        }
        catch
        {
            Detach(request);
            throw;
        }
    }

    private async Task<HttpResponseMessage> DetachAfterAsync(HttpRequestMessage request, Task<HttpResponseMessage> sending)
    {
        try
        {
            return await sending.ConfigureAwait(false);
        }
        finally
        {
            Detach(request);
        }
    }

    private void Attach(HttpRequestMessage request, AccessToken token)
    {
        request.Headers.TryAddWithoutValidation(Authorization, token.AuthorizationHeader);
        vni?.Attach(request);
    }

    // The message carries the token only while it is sent. So a retry outside this handler gets a current token, a header that is found on
    // a request was set by the caller, and the token does not stay in a message that is kept.
    private void Detach(HttpRequestMessage request)
    {
        request.Headers.Remove(Authorization);
        if (vni is not null)
        {
            VniHeaders.Detach(request);
        }
    }

    private static bool NeedsAttention(HttpResponseMessage response) =>
        (int)response.StatusCode is 401 or 403 or (>= 300 and < 400);

    private Uri? TargetOf(HttpRequestMessage request, HttpResponseMessage response)
    {
        Uri? target = Redirect.Target(request, response);
        if (target is null || _origins.Contains(target))
        {
            return target;
        }

        Log.ForeignRedirect(logger, api.Name, ApiOrigins.OriginOf(target));
        return null;
    }
}

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
/// <param name="mistakes">Warns of mistakes of the application.</param>
/// <param name="logger">The logger.</param>
internal sealed partial class BearerTokenHandler(
    VismaApi api,
    VniHeaders? vni,
    TokenKey defaultKey,
    ITokenSource tokens,
    CallerMistakes mistakes,
    ILogger logger) : DelegatingHandler
{
    private const int MaxRedirects = 10;

    private readonly ApiOrigins _origins = new(api);
    private readonly TokenAttachment _attachment = new(vni);
    private readonly RecentKeys _recent = new(defaultKey);

    /// <summary>The key of a token that a request, or a bound client, names; the default key if null.</summary>
    public TokenKey KeyOf(object? named) => named is string tenant ? _recent.ForTenant(tenant) : NamedToken.KeyOf(named, defaultKey);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, key: null, cancellationToken);

    /// <param name="request">The request.</param>
    /// <param name="key">The key of the token. Null: the request names it, or the default key is used.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, TokenKey? key, CancellationToken cancellationToken)
    {
        _origins.Require(request.RequestUri);
        if (!MessageInFlight.TryBegin(request))
        {
            return SendWithCallersTokenAsync(request, cancellationToken);
        }

        try
        {
            key ??= KeyOf(NamedToken.Get(request));
            ValueTask<AccessToken> pending = tokens.GetTokenAsync(key, rejected: null, cancellationToken);
            return pending.IsCompletedSuccessfully
                ? SendWithTokenAsync(request, key, pending.Result, cancellationToken)
                : SendWhenReadyAsync(request, key, pending, cancellationToken);
        }
        catch
        {
            _attachment.End(request);
            throw;
        }
    }

    // The warm path: if the token is in memory and the transport completes synchronously, no state machine is allocated.
    private Task<HttpResponseMessage> SendWithTokenAsync(HttpRequestMessage request, TokenKey key, AccessToken token, CancellationToken cancellationToken)
    {
        Task<HttpResponseMessage> sending = SendAttachedAsync(request, token, cancellationToken);
        if (sending.Status != TaskStatus.RanToCompletion || NeedsAttention(sending.Result))
        {
            return FinishAsync(request, key, token, sending, cancellationToken);
        }

        _attachment.End(request);
        return sending;
    }

    private async Task<HttpResponseMessage> SendWhenReadyAsync(
        HttpRequestMessage request,
        TokenKey key,
        ValueTask<AccessToken> pending,
        CancellationToken cancellationToken)
    {
        try
        {
            AccessToken token = await pending.ConfigureAwait(false);
            HttpResponseMessage response = await SendAttachedAsync(request, token, cancellationToken).ConfigureAwait(false);
            return NeedsAttention(response) ? await AttendAsync(request, key, token, response, cancellationToken).ConfigureAwait(false) : response;
        }
        finally
        {
            _attachment.End(request);
        }
    }

    private async Task<HttpResponseMessage> SendWithCallersTokenAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        response = await FollowAsync(request, token: null, response, cancellationToken).ConfigureAwait(false);
        mistakes.WatchHeader(response);
        return response;
    }

    private async Task<HttpResponseMessage> FinishAsync(
        HttpRequestMessage request,
        TokenKey key,
        AccessToken token,
        Task<HttpResponseMessage> sending,
        CancellationToken cancellationToken)
    {
        // The usual response needs only this state machine.
        try
        {
            HttpResponseMessage response = await sending.ConfigureAwait(false);
            return NeedsAttention(response) ? await AttendAsync(request, key, token, response, cancellationToken).ConfigureAwait(false) : response;
        }
        finally
        {
            _attachment.End(request);
        }
    }

    private async Task<HttpResponseMessage> AttendAsync(
        HttpRequestMessage request,
        TokenKey key,
        AccessToken token,
        HttpResponseMessage response,
        CancellationToken cancellationToken)
    {
        _attachment.Detach(request);
        response = await FollowAsync(request, token, response, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            response = await RenewAndResendAsync(request, key, token, response, cancellationToken).ConfigureAwait(false);
        }

        RefusalLog.MissingScope(logger, api, key, token, response);
        mistakes.WatchPath(request.RequestUri, response);
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
        response = await SendAttachedAsync(request, token, cancellationToken).ConfigureAwait(false);
        _attachment.Detach(request);
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
            if (token is null)
            {
                response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
                continue;
            }

            response = await SendAttachedAsync(request, token, cancellationToken).ConfigureAwait(false);
            _attachment.Detach(request);
        }

        return response;
    }

    private Task<HttpResponseMessage> SendAttachedAsync(HttpRequestMessage request, AccessToken token, CancellationToken cancellationToken)
    {
        _attachment.Attach(request, token);
        return base.SendAsync(request, cancellationToken);
    }

    private static bool NeedsAttention(HttpResponseMessage response) =>
        (int)response.StatusCode is 401 or 403 or 404 or (>= 300 and < 400);

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

using System.Net;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>
/// Attaches the bearer token of the tenant that a request names, renews it once on 401, and follows redirects with a check per hop.
/// No token, no request; nothing leaves for an origin that is not the API's.
/// </summary>
/// <param name="api">The API.</param>
/// <param name="vni">What VNI's calls need besides; null for every other API.</param>
/// <param name="defaultKey">The key of a request that names none.</param>
/// <param name="tokens">Where tokens come from.</param>
/// <param name="logger">The library's log.</param>
internal sealed partial class BearerTokenHandler(VismaApi api, VniHeaders? vni, TokenKey defaultKey, ITokenSource tokens, ILogger logger) : DelegatingHandler
{
    private const string Authorization = "Authorization";
    private const int MaxRedirects = 10;

    private readonly ApiOrigins _origins = new(api);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        RequireOwnOrigin(request.RequestUri);
        if (request.Headers.Contains(Authorization))
        {
            return SendAsItIsAsync(request, cancellationToken);
        }

        TokenKey key = KeyOf(request);
        ValueTask<AccessToken> pending = tokens.GetTokenAsync(key, rejected: null, cancellationToken);
        return pending.IsCompletedSuccessfully
            ? SendWithTokenAsync(request, key, pending.Result, cancellationToken)
            : SendWhenReadyAsync(request, key, pending, cancellationToken);
    }

    // The warm path: with a token at hand, and a transport that completes at once, there is no state machine and nothing allocated.
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

    private async Task<HttpResponseMessage> SendAsItIsAsync(HttpRequestMessage request, CancellationToken cancellationToken)
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
        // One state machine for the usual answer; what is unusual goes on in another.
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

        RefusalLog.MissingScope(logger, api, key, response);
        return response;
    }

    private async Task<HttpResponseMessage> RenewAndResendAsync(
        HttpRequestMessage request,
        TokenKey key,
        AccessToken rejected,
        HttpResponseMessage response,
        CancellationToken cancellationToken)
    {
        // Once a redirect has turned the request into another, its own work is done: sending it again would do that twice.
        bool canResend = (response.RequestMessage ?? request).Method == request.Method && await Resend.IsPossibleAsync(request.Content).ConfigureAwait(false);
        AccessToken token;
        try
        {
            token = await tokens.GetTokenAsync(key, rejected, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (!canResend && !cancellationToken.IsCancellationRequested)
        {
            // The 401 is all the caller could get anyway; the next request will say why there is no token.
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }

        if (token.IsSameAs(rejected))
        {
            RefusalLog.GoodTokenRefused(logger, api, key, response);
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
            RefusalLog.GoodTokenRefused(logger, api, key, response);
        }

        return response;
    }

    // SocketsHttpHandler would follow below this handler, without its check, so it is told not to and this is done here.
    private async Task<HttpResponseMessage> FollowAsync(
        HttpRequestMessage request,
        AccessToken? token,
        HttpResponseMessage response,
        CancellationToken cancellationToken)
    {
        for (int hops = 0; hops < MaxRedirects && TargetOf(request, response) is { } target; hops++)
        {
            if (await Redirect.NextAsync(request, response, target).ConfigureAwait(false) is not { } next)
            {
                break;
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

    // The token is on the message only while it is on its way. So an outer retry that sends the message again gets the token of that
    // moment, a header found on a request is always the caller's own, and nobody who keeps the message keeps the token.
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

    private void RequireOwnOrigin(Uri? address)
    {
        if (address is null || !address.IsAbsoluteUri || !_origins.Contains(address))
        {
            throw new InvalidOperationException(
                $"The request goes to {(address is null ? "no address" : ApiOrigins.OriginOf(address))}, which is no origin of API '{api.Name}' "
                + $"({_origins}). Nothing was sent. If the API is there, set Apis:{api.Name}:BaseAddress or Origins; else use another HttpClient.");
        }
    }

    private TokenKey KeyOf(HttpRequestMessage request) => NamedToken.Get(request) switch
    {
        null => defaultKey,
        string tenant => defaultKey.ForTenant(tenant),
        ConnectionName connection => defaultKey.ForConnection(connection.Value),
        TokenKey key when string.Equals(key.Client, defaultKey.Client, StringComparison.OrdinalIgnoreCase) => key,
        var other => throw new InvalidOperationException(
            $"The request names a token of {other}, but its HttpClient takes those of client '{defaultKey.Client}' (AddVismaToken). Nothing was sent."),
    };

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

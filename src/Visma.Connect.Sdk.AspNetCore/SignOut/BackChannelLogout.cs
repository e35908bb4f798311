using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>Answers a back-channel logout (OpenID Connect Back-Channel Logout 1.0): the identity server posts a logout token.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class BackChannelLogout(
    SignOutServer server,
    SharedClaims claims,
    EndedSessions sessions,
    EndedConnections connections,
    TimeProvider time,
    ILogger logger)
{
    private const string Scope = "logout token";

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    // A token is accepted for as long after its expiry as the clocks may differ.
    private static readonly TimeSpan BeyondExpiry = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan LongestMemory = TimeSpan.FromDays(1);

    public async Task AnswerAsync(HttpContext context)
    {
        (int status, string? reason) = await AnswerOfAsync(context).ConfigureAwait(false);
        SignOutAnswers.Begin(context, status);
        if (status == StatusCodes.Status200OK)
        {
            return;
        }

        SignOutLog.LogoutRefused(logger, status, reason ?? "");
        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "5";
        }
        else if (status == StatusCodes.Status400BadRequest)
        {
            // Section 2.8. It does not say what is wrong: the log does.
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("""{"error":"invalid_request"}""").ConfigureAwait(false);
        }
    }

    private async Task<(int Status, string? Reason)> AnswerOfAsync(HttpContext context)
    {
        (string? logoutToken, int refusal) = await TokenOfAsync(context.Request).ConfigureAwait(false);
        if (logoutToken is null)
        {
            return (refusal, "it is not a form with one logout_token");
        }

        try
        {
            LogoutToken token = await server.ValidateLogoutTokenAsync(logoutToken, context.RequestAborted).ConfigureAwait(false);
            SharedClaim claim = await claims.TryBeginAsync(Scope, $"{token.Issuer} {token.Id}", Lease, MemoryOf(token)).ConfigureAwait(false);
            switch (claim.State)
            {
                case SharedClaimState.Done:
                    return (StatusCodes.Status400BadRequest, "its logout token was used before");
                case SharedClaimState.Busy:
                    return (StatusCodes.Status503ServiceUnavailable, "another process uses its logout token");
            }

            try
            {
                await sessions.EndAsync(new SessionIds(token.SessionId, token.Subject)).ConfigureAwait(false);
            }
            catch
            {
                await claims.ReleaseAsync(claim).ConfigureAwait(false);
                throw;
            }

            await claims.EndAsync(claim).ConfigureAwait(false);
            connections.EndInBackground(token.Subject);
            SignOutLog.SessionEnded(logger);
            return (StatusCodes.Status200OK, null);
        }
        catch (VismaConnectException failure)
        {
            return (failure.IsTransient ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status400BadRequest, failure.Message);
        }
        catch (OperationCanceledException)
        {
            return (StatusCodes.Status400BadRequest, "the sender has closed the connection");
        }
    }

    private static async Task<(string? Token, int Refusal)> TokenOfAsync(HttpRequest request)
    {
        try
        {
            (string body, int refusal) = await SmallForm.ReadAsync(request).ConfigureAwait(false);
            return refusal switch
            {
                0 => (SignOutAnswers.Single(QueryHelpers.ParseQuery(body).GetValueOrDefault("logout_token")), StatusCodes.Status400BadRequest),
                StatusCodes.Status413PayloadTooLarge => (null, refusal),
                _ => (null, StatusCodes.Status400BadRequest),
            };
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException)
        {
            return (null, StatusCodes.Status400BadRequest);
        }
    }

    private TimeSpan MemoryOf(LogoutToken token)
    {
        DateTimeOffset expiresAt = token.Claims.TryGetProperty("exp", out System.Text.Json.JsonElement value) && value.TryGetInt64(out long seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(Math.Min(seconds, DateTimeOffset.MaxValue.ToUnixTimeSeconds()))
            : time.GetUtcNow();
        TimeSpan memory = expiresAt - time.GetUtcNow() + BeyondExpiry;
        return memory < BeyondExpiry ? BeyondExpiry : memory > LongestMemory ? LongestMemory : memory;
    }
}

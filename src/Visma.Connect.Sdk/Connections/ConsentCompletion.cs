using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>Completes consents: checks the authorization response, exchanges its code once, and saves the tokens.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ConsentCompletion(
    ConsentSaving consents,
    CachingTokenSource tokenSource,
    RenewalsInFlight inFlight,
    Func<TokenKey, TokenEntry, VismaConnection> describe,
    TimeProvider time,
    ILogger logger)
{
    private readonly ConcurrentDictionary<string, Completion> _begun = new(StringComparer.Ordinal);

    public async Task<VismaConnection> CompleteAsync(
        TokenKey key,
        AuthorizationServer server,
        AuthorizationRequest start,
        AuthorizationResponse callback,
        CancellationToken cancellationToken)
    {
        string code = AuthorizationResponseReader.CodeOf(callback, start, time.GetUtcNow());
        Task<VismaConnection> completing = BeginCompletion(start, code, () => RedeemAsync(key, server, start, callback));
        try
        {
            return await completing.WaitAsync(Timeout.InfiniteTimeSpan, time, cancellationToken).ConfigureAwait(false);
        }
        catch (VismaConnectException failure) when (failure.WasNotSent || failure.StatusCode == (HttpStatusCode)429 || failure.Error == "invalid_client")
        {
            // The code was not used, so the same response may be tried again.
            _begun.TryRemove(start.State, out _);
            throw;
        }
    }

    // All callers share one completion of a consent. No caller can cancel it.
    private Task<VismaConnection> BeginCompletion(AuthorizationRequest start, string code, Func<Task<VismaConnection>> redeem)
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach (KeyValuePair<string, Completion> old in _begun.Where(completion => now - completion.Value.BegunAt > AuthorizationRequest.Lifetime))
        {
            _begun.TryRemove(old.Key, out _);
        }

        Completion completion = _begun.GetOrAdd(
            start.State,
            _ => new Completion(code, now, new Lazy<Task<VismaConnection>>(() => DetachedWork.Run(() => inFlight.DoAsync(redeem)))));
        return string.Equals(completion.Code, code, StringComparison.Ordinal)
            ? completion.Task.Value
            : throw new VismaConnectException($"The {start} was answered before with another code. Nothing was exchanged; the user has to begin again.");
    }

    private async Task<VismaConnection> RedeemAsync(TokenKey key, AuthorizationServer server, AuthorizationRequest start, AuthorizationResponse callback)
    {
        RenewalDurations durations = RenewalDurations.For(server.Client.Options.GracePeriod);
        await consents.RequireReadableAsync(key, durations).ConfigureAwait(false);
        DateTimeOffset asked = time.GetUtcNow();
        TokenResponse reply = await server.ExchangeCodeAsync(start, callback, CancellationToken.None).ConfigureAwait(false);
        ConfiguredClient client = server.Client;
        ObtainedTokens obtained = ObtainedTokens.Of(reply, client, start.Scopes, asked);
        TokenEntry consent = new()
        {
            Tokens = obtained.Tokens,
            TokenEndpoint = client.Authority.TokenEndpoint,
            ClientId = client.Options.ClientId!,
            RequestedScopes = start.Scopes,
            GrantId = obtained.GrantId,
            StateSince = asked,
            ConnectedAt = asked,
            GracePeriod = client.Options.GracePeriod,
            Subject = JwtClaims.SubjectOf(reply.IdToken, reply.AccessToken),
            Company = JwtClaims.CompanyOf(reply.AccessToken) ?? (reply.IdToken is null ? null : JwtClaims.CompanyOf(reply.IdToken)),
        };
        if (start.ExpectedCompany is not null && consent.Company != start.ExpectedCompany)
        {
            throw await RefuseCompanyAsync(key, server, consent, start.ExpectedCompany).ConfigureAwait(false);
        }

        await consents.SaveAsync(key, consent, durations).ConfigureAwait(false);
        tokenSource.Forget(key);
        Log.Connected(logger, key);
        if (reply.RefreshToken is null && start.Scopes.Contains("offline_access"))
        {
            Log.NoRefreshToken(logger, key);
        }

        return describe(key, consent);
    }

    private async Task<VismaConnectException> RefuseCompanyAsync(TokenKey key, AuthorizationServer server, TokenEntry consent, string expected)
    {
        try
        {
            await Revocation.RevokeAsync(server, consent.Tokens).ConfigureAwait(false);
        }
        catch (VismaConnectException failure)
        {
            Log.RevocationFailed(logger, key, failure);
        }

        const string Remedy = "Have the user begin again and choose that company.";
        return new VismaConnectException(
            (consent.Company is null
                ? $"The token for {key} does not say which company it is for, and '{VisibleText.Of(expected)}' is expected: ask for the scope 'tenants', "
                    + "and switch it on in the Visma Developer Portal."
                : $"The user chose company '{VisibleText.Of(consent.Company)}' for {key}, and '{VisibleText.Of(expected)}' is expected.")
            + $" Nothing was saved. {Remedy}")
        {
            Remedy = Remedy,
        };
    }

    // Not a record, because the text of a record would show the code.
    private sealed class Completion(string code, DateTimeOffset begunAt, Lazy<Task<VismaConnection>> task)
    {
        public string Code => code;

        public DateTimeOffset BegunAt => begunAt;

        public Lazy<Task<VismaConnection>> Task => task;
    }
}

using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>
/// Waits while an API allows no calls, and sends again what the API refused because of its limit. It is directly outside
/// <see cref="BearerTokenHandler"/>, so each send carries a current token, and every send of the handlers outside is counted here: of
/// <see cref="FaultRetries"/>, and of the application.
/// </summary>
/// <param name="api">The API.</param>
/// <param name="client">The key of a request that does not name a company or a connection.</param>
/// <param name="options">The options.</param>
/// <param name="budgets">The budgets of this process.</param>
/// <param name="signals">The metrics.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The logger.</param>
internal sealed partial class ResilienceHandler(
    VismaApi api,
    TokenKey client,
    VismaResilienceOptions options,
    Budgets budgets,
    Signals signals,
    TimeProvider time,
    ILogger logger) : DelegatingHandler
{
    private readonly RateLimitRules _rules = RateLimitRules.Of(api.RateLimits, options);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        TokenKey key = NamedToken.KeyOf(request, client);
        Budget calls = budgets.Begin(BudgetKey.Of(api, key, client, request), _rules.Pace);
        Budget? atOnce = null;
        try
        {
            if (_rules.AtOnce is not null)
            {
                atOnce = budgets.Begin(BudgetKey.OfCallsAtOnce(api, key, client, RateLimitCompany.Get(request)), Pace.Unknown, _rules.AtOnce);
            }

            return await SendAllowedAsync(request, key, calls, atOnce, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            atOnce?.End();
            calls.End();
        }
    }

    private async Task<HttpResponseMessage> SendAllowedAsync(
        HttpRequestMessage request,
        TokenKey key,
        Budget calls,
        Budget? atOnce,
        CancellationToken cancellationToken)
    {
        while (true)
        {
            SemaphoreSlim? place = await EnterAsync(calls, atOnce, request, key, cancellationToken).ConfigureAwait(false);
            try
            {
                HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
                if (!await IsRefusedAsync(response, request, key, calls, atOnce, cancellationToken).ConfigureAwait(false))
                {
                    return response;
                }
            }
            finally
            {
                place?.Release();
            }
        }
    }

    // Keeps what the response says about the budgets. A call that is refused can be sent again.
    private async ValueTask<bool> IsRefusedAsync(
        HttpResponseMessage response,
        HttpRequestMessage request,
        TokenKey key,
        Budget calls,
        Budget? atOnce,
        CancellationToken cancellationToken)
    {
        RateLimit? reading = _rules.ReadsHeaders ? RateLimit.From(response) : null;
        if (await ReadRefusalAsync(response, reading, cancellationToken).ConfigureAwait(false) is not { } refusal)
        {
            calls.Allowed(reading);
            atOnce?.Allowed(reading: null);
            return false;
        }

        Budget refused = refusal.IsAtOnce && atOnce is not null ? atOnce : calls;
        DateTimeOffset opensAt = refused.Refused(refusal.Wait ?? (refusal.IsAtOnce ? null : _rules.SilentWait), reading, refusal.IsAtOnce);
        Log.CallsRefused(logger, api.Name, key, opensAt);
        response.Dispose();
        // A redirect that changed the method has already answered the request. Sending it again would repeat its effect.
        if (Redirect.HasAnswered(request) || !await Resend.IsPossibleAsync(request.Content).ConfigureAwait(false))
        {
            throw Failure(refused, key, opensAt, "The call is not sent again: its body can be read only once, or a redirect had already answered it");
        }

        return true;
    }

    private async Task<Refusal?> ReadRefusalAsync(HttpResponseMessage response, RateLimit? reading, CancellationToken cancellationToken)
    {
        try
        {
            return await RefusalReader.ReadAsync(api.RateLimits, response, reading, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async ValueTask WaitForTurnAsync(Budget budget, HttpRequestMessage request, TokenKey key, CancellationToken cancellationToken)
    {
        bool needsTurn = budget.NeedsTurn;
        while (needsTurn)
        {
            TimeSpan left = options.MaxWait - WaitedTime.Of(request);
            Budget.Turn turn = budget.TakeTurn(left);
            if (turn.Wait > left && turn.Wait > TimeSpan.Zero)
            {
                throw Failure(budget, key, turn.At, FormattableString.Invariant($"The call would wait longer than MaxWait ({options.MaxWait}) in total"));
            }

            needsTurn = turn.Wait > TimeSpan.Zero && !await WaitAsync(budget, turn, request, key, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> WaitAsync(Budget budget, Budget.Turn turn, HttpRequestMessage request, TokenKey key, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        try
        {
            return await budget.WaitAsync(turn, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Waited(request, key, time.GetElapsedTime(start));
        }
    }

    // Waits for a turn, and only then for one of the places for calls that are processed at once: a call that waits for its turn keeps no place.
    // Returns the place; null if the API does not limit them.
    private async ValueTask<SemaphoreSlim?> EnterAsync(
        Budget calls,
        Budget? atOnce,
        HttpRequestMessage request,
        TokenKey key,
        CancellationToken cancellationToken)
    {
        while (true)
        {
            await WaitForTurnAsync(calls, request, key, cancellationToken).ConfigureAwait(false);
            if (atOnce?.Places is not { } places)
            {
                return null;
            }

            int closings = calls.Closings;
            await WaitForTurnAsync(atOnce, request, key, cancellationToken).ConfigureAwait(false);
            int closingsAtOnce = atOnce.Closings;
            await TakePlaceAsync(atOnce, places, request, key, cancellationToken).ConfigureAwait(false);
            if (calls.Closings == closings && atOnce.Closings == closingsAtOnce)
            {
                return places;
            }

            // The API refused calls during the wait.
            places.Release();
        }
    }

    private async ValueTask TakePlaceAsync(
        Budget atOnce,
        SemaphoreSlim places,
        HttpRequestMessage request,
        TokenKey key,
        CancellationToken cancellationToken)
    {
        if (places.Wait(0, CancellationToken.None))
        {
            return;
        }

        TimeSpan left = options.MaxWait - WaitedTime.Of(request);
        long start = time.GetTimestamp();
        try
        {
            using CancellationTokenSource limit = time.CreateCancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero);
            using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            await places.WaitAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failure(atOnce, key, time.GetUtcNow(), $"All {_rules.AtOnce} places for calls at once stayed taken for longer than MaxWait");
        }
        finally
        {
            Waited(request, key, time.GetElapsedTime(start));
        }
    }

    private void Waited(HttpRequestMessage request, TokenKey key, TimeSpan waited)
    {
        WaitedTime.Add(request, waited);
        signals.RateLimitWait(api.Name, key, waited);
    }

    private VismaRateLimitException Failure(Budget budget, TokenKey key, DateTimeOffset opensAt, string reason)
    {
        TimeSpan wait = opensAt - time.GetUtcNow();
        string part = budget.Key.Part is { } name ? $" ({VisibleText.Of(name)})" : "";
        return new VismaRateLimitException(
            FormattableString.Invariant($"{api.Name} allows no further calls of {key}{part} before {opensAt:u}. {reason}. ")
            + "Try again at RetryAt, or use a longer MaxWait.")
        {
            Api = api.Name,
            Key = key,
            Part = budget.Key.Part,
            Remedy = ApiCauses.LimitOf(api.RateLimits, isAtOnce: budget.Places is not null)?.Remedy,
            RetryAt = opensAt,
            RetryAfter = wait > TimeSpan.Zero ? wait : TimeSpan.Zero,
        };
    }
}

using System.Collections.Concurrent;

namespace Visma.Connect.Sdk;

/// <summary>
/// Completes consents: checks the authorization response, and has it redeemed once for all its callers, none of whom can cancel that.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ConsentCompletion(ConsentRedemption redemption, TimeProvider time)
{
    /// <summary>How long a caller waits: longer than an exchange and its save usually take.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Completion> _begun = new(StringComparer.Ordinal);

    public async Task<VismaConnection> CompleteAsync(
        TokenKey key,
        AuthorizationServer server,
        AuthorizationRequest start,
        AuthorizationResponse callback,
        CancellationToken cancellationToken)
    {
        string code = AuthorizationResponseReader.CodeOf(callback, start, server.Client.Authority, time.GetUtcNow());
        Completion completion = BeginCompletion(start, code, () => redemption.RunAsync(key, server, start, callback, code));
        Task<VismaConnection> completing = completion.Task.Value;
        if (completing.Status == TaskStatus.RanToCompletion)
        {
            // The page was loaded again. The user may have been disconnected since.
            return await redemption.FindRedeemedAsync(key, start).ConfigureAwait(false);
        }

        try
        {
            return await completing.WaitAsync(LongestWait, time, cancellationToken).ConfigureAwait(false);
        }
        catch (VismaConnectException failure) when (ConsentRedemption.IsCodeUnused(failure))
        {
            // Only this completion: another caller may have removed it, and begun a new one.
            ((ICollection<KeyValuePair<string, Completion>>)_begun).Remove(new KeyValuePair<string, Completion>(start.State, completion));
            throw;
        }
        catch (TimeoutException timeout) when (timeout != completing.Exception?.InnerException)
        {
            throw new VismaConnectException(
                FormattableString.Invariant($"The {start} was not completed within {LongestWait.TotalSeconds:0} s. Its completion goes on in the background: ")
                + "what the code has brought is saved as soon as possible.",
                LocalCauses.CompletionGoesOn.Remedy,
                innerException: null)
            {
                IsTransient = true,
            };
        }
    }

    // All callers share one completion of a consent. No caller can cancel it.
    private Completion BeginCompletion(AuthorizationRequest start, string code, Func<Task<VismaConnection>> redeem)
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach (KeyValuePair<string, Completion> old in _begun.Where(completion => now - completion.Value.BegunAt > AuthorizationRequest.Lifetime))
        {
            _begun.TryRemove(old.Key, out _);
        }

        Completion completion = _begun.GetOrAdd(
            start.State,
            _ => new Completion(code, now, new Lazy<Task<VismaConnection>>(() => DetachedWork.Run(redeem))));
        return string.Equals(completion.Code, code, StringComparison.Ordinal)
            ? completion
            : throw new VismaConnectException($"The {start} was answered before with another code. Nothing was exchanged; the user has to begin again.");
    }

    // Not a record, because the text of a record would show the code.
    private sealed class Completion(string code, DateTimeOffset begunAt, Lazy<Task<VismaConnection>> task)
    {
        public string Code => code;

        public DateTimeOffset BegunAt => begunAt;

        public Lazy<Task<VismaConnection>> Task => task;
    }
}

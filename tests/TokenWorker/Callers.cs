using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Hosting;

namespace Visma.Connect.Sdk.TokenWorker;

/// <summary>Requests the token of each connection repeatedly, as an application does, and writes an event for each new token or error.</summary>
internal sealed class Callers(ITokenSource tokens, IEnumerable<TokenKey> keys) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(keys.Select(key => CallAsync(key, stoppingToken)));

    private async Task CallAsync(TokenKey key, CancellationToken stoppingToken)
    {
        string? last = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            (string outcome, string? reason) = await AskAsync(key);
            if (outcome != last)
            {
                last = outcome;
                Event.Write($"{outcome} {reason}".TrimEnd());
            }

            await Task.Delay(Pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Without the stopping token, so that a call during the stop of the host gets its result too.
    private async Task<(string Outcome, string? Reason)> AskAsync(TokenKey key)
    {
        try
        {
            AccessToken token = await tokens.GetTokenAsync(key);
            return ($"token {key.Connection} {Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(token.Value)))[..16]} {token.ExpiresAt:O}", null);
        }
        catch (VismaConnectException failure)
        {
            // The message may contain the seconds until the next try, which differ in each call.
            string? reason = failure is ReauthorizationRequiredException ended ? ended.Reason : failure.Message;
            return ($"error {key.Connection} {failure.GetType().Name} {failure.IsTransient}", reason);
        }
    }
}

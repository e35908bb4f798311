using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Hosting;

namespace Visma.Connect.Sdk.TokenWorker;

/// <summary>Takes the token of each connection again and again, as an application's requests do, and tells of each that is new to it.</summary>
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

    // Without the token that stops: who asks as the host goes down gets an answer too.
    private async Task<(string Outcome, string? Reason)> AskAsync(TokenKey key)
    {
        try
        {
            AccessToken token = await tokens.GetTokenAsync(key);
            return ($"token {key.Connection} {Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(token.Value)))[..16]} {token.ExpiresAt:O}", null);
        }
        catch (VismaConnectException failure)
        {
            // Its message may count down the seconds to the next try.
            string? reason = failure is ReauthorizationRequiredException ended ? ended.Reason : failure.Message;
            return ($"error {key.Connection} {failure.GetType().Name} {failure.IsTransient}", reason);
        }
    }
}

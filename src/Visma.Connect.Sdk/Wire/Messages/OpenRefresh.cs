namespace Visma.Connect.Sdk;

/// <summary>A refresh token that was sent once, and whose reply is listened to.</summary>
internal sealed class OpenRefresh(OpenRequest request, TokenRequest what, Action acceptSecret, TimeProvider time) : IDisposable
{
    public Moment SentAt => request.SentAt;

    /// <summary>Waits for the reply, up to a time after the send, and listens on if it is not there. Returns whether the request is over.</summary>
    public Task<bool> IsOverAtAsync(TimeSpan time) => request.IsOverAtAsync(time);

    /// <summary>Waits for the reply, up to a time limit after the send. Returns whether the request is over; otherwise it can be ended.</summary>
    public Task<bool> IsOverWithinAsync(TimeSpan limit) => request.IsOverWithinAsync(limit, CancellationToken.None);

    /// <summary>Ends the request. The outcome says what happened; failures are not thrown.</summary>
    public async Task<RefreshOutcome> EndAsync()
    {
        ServerReply reply;
        try
        {
            reply = await request.EndAsync().ConfigureAwait(false);
        }
        catch (VismaConnectException failure)
        {
            return RefreshOutcome.WithoutReply(failure);
        }

        using (reply)
        {
            try
            {
                TokenResponse tokens = TokenReplyReader.Read(reply, what, time);
                acceptSecret();
                return RefreshOutcome.Of(tokens);
            }
            catch (VismaConnectException failure)
            {
                return RefreshOutcome.Of(reply, failure);
            }
        }
    }

    public void Dispose() => request.Dispose();
}

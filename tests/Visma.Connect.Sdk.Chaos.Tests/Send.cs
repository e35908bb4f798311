namespace Visma.Connect.Sdk.Chaos;

/// <summary>One presentation of a refresh token.</summary>
internal sealed class Send(Process by, TimeSpan at)
{
    public Process By => by;

    public TimeSpan At => at;

    /// <summary>The tokens that the server exchanged it for; null if it did not.</summary>
    public RefreshToken? Obtained { get; set; }

    /// <summary>Whether the process got an answer from which it follows that the token was not exchanged.</summary>
    public bool IsKnownUnspent { get; set; }

    /// <summary>When the process got the new refresh token; null if it did not.</summary>
    public TimeSpan? ReadAt { get; set; }

    /// <summary>When the process stopped to listen.</summary>
    public TimeSpan? OverAt { get; set; }

    /// <summary>The fault that was injected; null if there was none.</summary>
    public string? Fault { get; set; }

    /// <summary>How long the reply takes, as far as the network is concerned; null if it does not come.</summary>
    public TimeSpan? Delay { get; set; }
}

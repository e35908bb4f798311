namespace Visma.Connect.Sdk.Chaos;

/// <summary>A refresh token, with everything that happened to it.</summary>
internal sealed class RefreshToken(Grant grant, string value)
{
    public Grant Grant => grant;

    public string Value => value;

    public List<Send> Sends { get; } = [];

    /// <summary>The marks that were saved on this token.</summary>
    public List<Marking> Markings { get; } = [];

    public TimeSpan? ExchangedAt { get; set; }

    /// <summary>The tokens that it was exchanged for.</summary>
    public List<RefreshToken> Successors { get; } = [];

    /// <summary>When an entry with this token was saved.</summary>
    public TimeSpan? SavedAt { get; set; }

    public override string ToString() => value;
}

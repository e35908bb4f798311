namespace Visma.Connect.Sdk;

/// <summary>What a link to connect again says, encrypted.</summary>
internal sealed class ReconnectLink
{
    /// <summary>Names the link in the record that it was used.</summary>
    public required string Id { get; init; }

    public required string Client { get; init; }

    public required string Connection { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The company that was connected before. Null if it is not known.</summary>
    public string? Company { get; init; }

    /// <summary>Whether the new token will say which company it is for, so that another one can be refused.</summary>
    public bool ChecksCompany { get; init; }
}

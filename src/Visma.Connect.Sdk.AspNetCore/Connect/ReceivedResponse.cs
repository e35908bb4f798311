namespace Visma.Connect.Sdk;

/// <summary>
/// An authorization response on its way from the request that brought it to the request that completes it: in a cookie, because the address and the
/// history of the browser must not contain its code.
/// </summary>
/// <remarks>A class and not a record, because the text of a record would show the code.</remarks>
internal sealed class ReceivedResponse
{
    /// <summary>How long the next request may take: a code is valid for about five minutes.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>The response, as a query string.</summary>
    public required string Query { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }
}

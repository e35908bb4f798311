using System.Net;
using Microsoft.AspNetCore.WebUtilities;

namespace Visma.Connect.Sdk.Testing;

/// <summary>An authorization request whose application is known, and may be answered.</summary>
internal sealed record FakeAuthorizationRequest(FakeClient Client, string RedirectUri)
{
    public IReadOnlyList<string> Scopes { get; init; } = [];

    public string? State { get; init; }

    public string? Nonce { get; init; }

    public string? CodeChallenge { get; init; }

    public bool SelectsCompany { get; init; }

    public bool IsFormPost { get; init; }

    /// <summary>The <c>iss</c> of the callback (RFC 9207); null where there is none.</summary>
    public string? Issuer { get; init; }

    /// <summary>Sends the user back to the application without what it asked for.</summary>
    public FakeReply Refuse(string error, string description) => Return([("error", error), ("error_description", description)]);

    /// <summary>Sends the user back to the application.</summary>
    public FakeReply Return(IEnumerable<(string Name, string? Value)> parameters)
    {
        List<(string Name, string? Value)> all = [.. parameters, ("state", State), ("iss", Issuer)];
        Dictionary<string, string?> present = all
            .Where(parameter => parameter.Value is not null)
            .ToDictionary(parameter => parameter.Name, parameter => parameter.Value);
        return IsFormPost
            ? FakeLoginPages.PostTo(RedirectUri, present)
            : FakeReply.Status(
                HttpStatusCode.Found,
                headers: [("Location", QueryHelpers.AddQueryString(RedirectUri, present)), .. FakeLoginPages.Headers]);
    }
}

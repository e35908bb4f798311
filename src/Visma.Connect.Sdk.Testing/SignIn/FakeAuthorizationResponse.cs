using System.Net;
using Microsoft.AspNetCore.WebUtilities;

namespace Visma.Connect.Sdk.Testing;

/// <summary>Sends a user's browser back to the application with the answer to its authorization request (RFC 6749 section 4.1.2).</summary>
internal static class FakeAuthorizationResponse
{
    public static FakeReply Success(FakeAuthorizationRequest request, FakeCode code) => Reply(request, [("code", code.Value)]);

    public static FakeReply Refusal(FakeAuthorizationRequest request, string error, string description) =>
        Reply(request, [("error", error), ("error_description", description)]);

    private static FakeReply Reply(FakeAuthorizationRequest request, IEnumerable<(string Name, string? Value)> parameters)
    {
        IEnumerable<(string Name, string? Value)> all = [.. parameters, ("state", request.State), ("iss", request.Issuer)];
        Dictionary<string, string?> present = all
            .Where(parameter => parameter.Value is not null)
            .ToDictionary(parameter => parameter.Name, parameter => parameter.Value);
        return request.IsFormPost
            ? FakeSignInPages.PostTo(request.RedirectUri, present)
            : FakeReply.Status(
                HttpStatusCode.Found,
                headers: [("Location", QueryHelpers.AddQueryString(request.RedirectUri, present)), .. FakeSignInPages.Headers]);
    }
}

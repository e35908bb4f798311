using System.Security.Cryptography;

namespace Visma.Connect.Sdk.Testing;

/// <summary>A user on the way through the login pages. The pages carry its id in a hidden field, so that there are no cookies to mix up.</summary>
internal sealed class FakeSignIn(FakeAuthorizationRequest request, FakeGrants grants, FakeAuthorityRules rules)
{
    public string Id { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));

    public FakeClient Client => request.Client;

    public FakeUser? User { get; set; }

    /// <summary>Whether the user has to choose a company: there are several, or the application asks for the choice.</summary>
    public bool NeedsCompany =>
        rules.AsksForCompany && User is { Companies.Count: var companies } && (companies > 1 || (companies == 1 && request.SelectsCompany));

    public FakeReply Cancel() => request.Refuse("access_denied", "The user cancelled.");

    public FakeReply Complete(FakeUser user, FakeCompany? company) =>
        request.Return([("code", grants.Consent(request, user, rules.AsksForCompany ? company : null).Value)]);
}

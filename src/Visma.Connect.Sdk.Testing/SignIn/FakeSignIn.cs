using System.Security.Cryptography;

namespace Visma.Connect.Sdk.Testing;

/// <summary>
/// A sign-in that has begun and not ended. Its pages carry the id in a hidden field, because cookies would mix up parallel sign-ins.
/// </summary>
internal sealed class FakeSignIn(FakeAuthorizationRequest request, FakeGrants grants, bool asksForCompany)
{
    public string Id { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));

    public FakeAuthorizationRequest Request => request;

    public FakeClient Client => request.Client;

    public FakeUser? User { get; set; }

    /// <summary>Whether the user must choose a company: the user has several, or the application asks for the choice.</summary>
    public bool NeedsCompany =>
        asksForCompany && User is { Companies.Count: var companies } && (companies > 1 || (companies == 1 && request.SelectsCompany));

    public FakeCode Consent(FakeUser user, FakeCompany? company) => grants.Consent(request, user, asksForCompany ? company : null);
}

using System.Collections.Concurrent;

namespace Visma.Connect.Sdk.Testing;

/// <summary>The sign-ins in progress: a page to choose a user, then a page to choose a company. A user who continues consents.</summary>
/// <param name="users">The users that can sign in. The sequence is read for each page, so it shows users that were added later.</param>
internal sealed class FakeSignIns(IEnumerable<FakeUser> users)
{
    private readonly ConcurrentDictionary<string, FakeSignIn> _signIns = new(StringComparer.Ordinal);

    public FakeReply Begin(FakeSignIn signIn)
    {
        _signIns[signIn.Id] = signIn;
        return FakeSignInPages.ChooseUser(signIn, users);
    }

    /// <summary>Answers the form of a page.</summary>
    public FakeReply Answer(FakeRequest request)
    {
        if (!_signIns.TryGetValue(request.Form.GetValueOrDefault("id", ""), out FakeSignIn? signIn))
        {
            return FakeSignInPages.Error("This sign-in has ended, or it never began. Go back to the application and start again.");
        }

        return request.Form.GetValueOrDefault("action") == "cancel"
            ? End(signIn, () => FakeAuthorizationResponse.Refusal(signIn.Request, "access_denied", "The user cancelled."))
            : Continue(signIn, request.Form);
    }

    private FakeReply Continue(FakeSignIn signIn, IReadOnlyDictionary<string, string> form)
    {
        if (form.TryGetValue("user", out string? subject))
        {
            signIn.User = users.FirstOrDefault(user => user.Subject == subject);
        }

        if (signIn.User is not { } chosen)
        {
            return FakeSignInPages.ChooseUser(signIn, users);
        }

        // What Visma Connect does when the user has no access to that company is not known. Here the user chooses another one.
        if (signIn.Request.TenantHint is { } hint && chosen.Companies.FirstOrDefault(company => company.TenantId == hint) is { } hinted)
        {
            return Complete(signIn, chosen, hinted);
        }

        if (!signIn.NeedsCompany)
        {
            return Complete(signIn, chosen, chosen.Companies is [var only, ..] ? only : null);
        }

        return chosen.Companies.FirstOrDefault(company => company.TenantId == form.GetValueOrDefault("company")) is { } choice
            ? Complete(signIn, chosen, choice)
            : FakeSignInPages.ChooseCompany(signIn, chosen);
    }

    private FakeReply Complete(FakeSignIn signIn, FakeUser user, FakeCompany? company) =>
        End(signIn, () => FakeAuthorizationResponse.Success(signIn.Request, signIn.Consent(user, company)));

    // A double click sends the page twice. Only one of the two requests gives the consent.
    private FakeReply End(FakeSignIn signIn, Func<FakeReply> end) =>
        _signIns.TryRemove(signIn.Id, out _) ? end() : FakeSignInPages.Error("This sign-in has ended.");
}

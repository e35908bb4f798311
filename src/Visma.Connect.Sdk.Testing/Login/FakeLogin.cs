using System.Collections.Concurrent;

namespace Visma.Connect.Sdk.Testing;

/// <summary>The login pages: who are you, and for which company. To go on is to consent.</summary>
internal sealed class FakeLogin(FakeState state)
{
    /// <summary>Where the pages' forms go, on every server.</summary>
    public const string Path = "/account/login";

    private readonly ConcurrentDictionary<string, FakeSignIn> _signIns = new(StringComparer.Ordinal);

    public FakeReply Begin(FakeSignIn signIn)
    {
        _signIns[signIn.Id] = signIn;
        return FakeLoginPages.ChooseUser(signIn, state.Users);
    }

    public FakeReply Answer(FakeRequest request)
    {
        if (!_signIns.TryGetValue(request.Form.GetValueOrDefault("id", ""), out FakeSignIn? signIn))
        {
            return FakeLoginPages.Error("This login is over, or never began. Go back to the application and begin again.");
        }

        return request.Form.GetValueOrDefault("action") == "cancel" ? End(signIn, signIn.Cancel) : Continue(signIn, request.Form);
    }

    private FakeReply Continue(FakeSignIn signIn, IReadOnlyDictionary<string, string> form)
    {
        if (form.TryGetValue("user", out string? subject))
        {
            signIn.User = state.Users.FirstOrDefault(user => user.Subject == subject);
        }

        if (signIn.User is not { } chosen)
        {
            return FakeLoginPages.ChooseUser(signIn, state.Users);
        }

        if (!signIn.NeedsCompany)
        {
            return End(signIn, () => signIn.Complete(chosen, chosen.Companies is [var only, ..] ? only : null));
        }

        return chosen.Companies.FirstOrDefault(company => company.TenantId == form.GetValueOrDefault("company")) is { } choice
            ? End(signIn, () => signIn.Complete(chosen, choice))
            : FakeLoginPages.ChooseCompany(signIn, chosen);
    }

    // A page that is sent twice, by a double click, makes one consent.
    private FakeReply End(FakeSignIn signIn, Func<FakeReply> end) =>
        _signIns.TryRemove(signIn.Id, out _) ? end() : FakeLoginPages.Error("This login is over.");
}

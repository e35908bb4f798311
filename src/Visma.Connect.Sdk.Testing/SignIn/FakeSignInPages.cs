using System.Net;
using System.Xml.Linq;

namespace Visma.Connect.Sdk.Testing;

/// <summary>The pages that a user sees. They are built as XML, which encodes every text in them, and they work without a script.</summary>
internal static class FakeSignInPages
{
    /// <summary>The path that the forms of the pages are posted to, on every server.</summary>
    public const string FormPath = "/account/login";

    private const string Style =
        "body { font: 16px/1.5 system-ui, sans-serif; background: #f2f5f7; color: #1d2a33; margin: 0 } "
        + "main { max-width: 26rem; margin: 10vh auto; padding: 2rem; background: #fff; border-radius: 8px; box-shadow: 0 1px 6px #0002 } "
        + "h1 { font-size: 1.3rem; margin-top: 0 } label { display: block; padding: .4rem 0 } small { color: #5c6b75 } "
        + "button { font: inherit; padding: .5rem 1.2rem; margin: 1rem .5rem 0 0; border: 1px solid #0a6ebd; border-radius: 4px; background: #fff } "
        + "button[value=continue] { background: #0a6ebd; color: #fff }";

    /// <summary>The headers that keep a page, and an address with a code in it, out of caches and out of <c>Referer</c> headers.</summary>
    public static IReadOnlyList<(string Name, string Value)> Headers { get; } = [("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer")];

    public static FakeReply ChooseUser(FakeSignIn signIn, IEnumerable<FakeUser> users) => Choose(
        signIn, "Sign in", $"{signIn.Client.ClientId} asks for your consent.", "user", users.Select(user => (user.Subject, user.Name, user.Email)));

    public static FakeReply ChooseCompany(FakeSignIn signIn, FakeUser user) => Choose(
        signIn, "Choose a company", $"{user.Name}, which company may {signIn.Client.ClientId} use?", "company",
        user.Companies.Select(company => (company.TenantId, company.Name, company.TenantId)));

    /// <summary>A page that posts the answer to the application (<c>response_mode=form_post</c>).</summary>
    public static FakeReply PostTo(string redirectUri, IEnumerable<KeyValuePair<string, string?>> fields) => Page(
        HttpStatusCode.OK,
        "Back to the application",
        new XElement(
            "form",
            new XAttribute("method", "post"),
            new XAttribute("action", redirectUri),
            fields.Select(field => Hidden(field.Key, field.Value!)),
            new XElement("button", "Continue")),
        new XElement("script", "document.forms[0].submit()"));

    public static FakeReply Error(string message) => Page(HttpStatusCode.BadRequest, "This does not work", new XElement("p", message));

    public static FakeReply Message(string title, string message) => Page(HttpStatusCode.OK, title, new XElement("p", message));

    private static FakeReply Choose(
        FakeSignIn signIn,
        string title,
        string question,
        string name,
        IEnumerable<(string Value, string Label, string Detail)> choices) => Page(
        HttpStatusCode.OK,
        title,
        new XElement(
            "form",
            new XAttribute("method", "post"),
            new XAttribute("action", FormPath),
            new XElement("p", question),
            Hidden("id", signIn.Id),
            choices.Select((choice, index) => new XElement(
                "label",
                new XElement(
                    "input",
                    new XAttribute("type", "radio"),
                    new XAttribute("name", name),
                    new XAttribute("value", choice.Value),
                    index == 0 ? new XAttribute("checked", "checked") : null),
                " ",
                choice.Label,
                " ",
                new XElement("small", choice.Detail))),
            Button("continue", "Continue"),
            Button("cancel", "Cancel")));

    private static XElement Hidden(string name, string value) =>
        new("input", new XAttribute("type", "hidden"), new XAttribute("name", name), new XAttribute("value", value));

    private static XElement Button(string action, string label) => new("button", new XAttribute("name", "action"), new XAttribute("value", action), label);

    private static FakeReply Page(HttpStatusCode status, string title, params IEnumerable<XElement> content)
    {
        XElement page = new(
            "html",
            new XAttribute("lang", "en"),
            new XElement(
                "head",
                new XElement("meta", new XAttribute("charset", "utf-8")),
                new XElement("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width, initial-scale=1")),
                new XElement("title", title),
                new XElement("style", Style)),
            new XElement("body", new XElement("main", new XElement("h1", title), content)));
        return FakeReply.Status(status, "<!DOCTYPE html>\n" + page.ToString(SaveOptions.DisableFormatting), "text/html; charset=utf-8", Headers);
    }
}

using System.Globalization;
using System.Net;
using System.Xml.Linq;

namespace Visma.Connect.Sdk.Testing;

/// <summary>A page that the browser received: a form with a question, or the callback to the application.</summary>
internal sealed class FakePage
{
    private readonly Dictionary<string, string> _hidden;
    private readonly IReadOnlyList<string> _choices = [];

    private FakePage(FakeCallback callback)
    {
        Callback = callback;
        FormAction = callback.Uri;
        _hidden = [];
    }

    private FakePage(Uri address, XElement form)
    {
        FormAction = new Uri(address, (string)form.Attribute("action")!);
        _hidden = Inputs(form, "hidden").ToDictionary(input => Attribute(input, "name"), input => Attribute(input, "value"));
        if (FormAction != new Uri(address, FakeSignInPages.FormPath))
        {
            Callback = new FakeCallback(FormAction, _hidden);
            return;
        }

        Question = Inputs(form, "radio").Select(input => Attribute(input, "name")).FirstOrDefault();
        _choices = [.. Inputs(form, "radio").Select(input => Attribute(input, "value"))];
    }

    /// <summary>The callback to the application; null while the sign-in goes on.</summary>
    public FakeCallback? Callback { get; }

    public Uri FormAction { get; }

    /// <summary>The name of the field for which the user chooses a value: <c>user</c> or <c>company</c>.</summary>
    public string? Question { get; }

    public static async Task<FakePage> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        Uri address = response.RequestMessage!.RequestUri!;
        if (response.StatusCode == HttpStatusCode.Found && response.Headers.Location is { } location)
        {
            return new FakePage(new FakeCallback(new Uri(address, location), form: null));
        }

        string body = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        bool isPage = response.Content.Headers.ContentType?.MediaType == "text/html";
        XElement? main = isPage ? XDocument.Parse(body).Descendants("main").FirstOrDefault() : null;
        string reason = main?.Element("p") is { Value: var message } ? $"The page says: {message}" : "The response is not a page of FakeVisma.";
        return main?.Element("form") is { } form
            ? new FakePage(address, form)
            : throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"The sign-in stopped at {address.GetLeftPart(UriPartial.Path)}, which answered with status {(int)response.StatusCode}. {reason}"));
    }

    public IEnumerable<KeyValuePair<string, string>> Continue(string choice) => _choices.Contains(choice)
        ? [.. _hidden, new(Question!, choice), new("action", "continue")]
        : throw new InvalidOperationException(Question == "user"
            ? $"The sign-in page does not offer the user '{choice}'. Add the user with AddUser of the FakeVisma that the address belongs to."
            : $"The sign-in page does not offer the company '{choice}' to this user. Pass the company to AddUser of the same FakeVisma.");

    public IEnumerable<KeyValuePair<string, string>> Cancel() => [.. _hidden, new("action", "cancel")];

    private static IEnumerable<XElement> Inputs(XElement form, string type) => form.Descendants("input").Where(input => Attribute(input, "type") == type);

    private static string Attribute(XElement element, string name) => (string?)element.Attribute(name) ?? "";
}

using System.Globalization;
using System.Net;
using System.Xml.Linq;

namespace Visma.Connect.Sdk.Testing;

/// <summary>A page as the browser got it: the way back to the application, or a form with a question.</summary>
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
        if (FormAction != new Uri(address, FakeLogin.Path))
        {
            Callback = new FakeCallback(FormAction, _hidden);
            return;
        }

        Question = Inputs(form, "radio").Select(input => Attribute(input, "name")).FirstOrDefault();
        _choices = [.. Inputs(form, "radio").Select(input => Attribute(input, "value"))];
    }

    /// <summary>The way back to the application, once there is one.</summary>
    public FakeCallback? Callback { get; }

    public Uri FormAction { get; }

    /// <summary>The name of the field that the user chooses a value for.</summary>
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
        string message = main?.Element("p")?.Value ?? "this is no page of FakeVisma's";
        return main?.Element("form") is { } form
            ? new FakePage(address, form)
            : throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"The login at {address.GetLeftPart(UriPartial.Path)} did not come to its end ({(int)response.StatusCode}): {message}"));
    }

    public IEnumerable<KeyValuePair<string, string>> Continue(string choice) => _choices.Contains(choice)
        ? [.. _hidden, new(Question!, choice), new("action", "continue")]
        : throw new InvalidOperationException($"The page offers no {Question} '{choice}': it was not added to this FakeVisma, or the company is not the user's.");

    public IEnumerable<KeyValuePair<string, string>> Cancel() => [.. _hidden, new("action", "cancel")];

    private static IEnumerable<XElement> Inputs(XElement form, string type) => form.Descendants("input").Where(input => Attribute(input, "type") == type);

    private static string Attribute(XElement element, string name) => (string?)element.Attribute(name) ?? "";
}

using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Visma.Connect.Sdk;

/// <summary>Decides whether a request to the redirect URI is the response to the authorization request.</summary>
internal sealed class CallbackRule(AuthorizationRequest request, AuthorizationResponseMode responseMode)
{
    private const string Form = "application/x-www-form-urlencoded";

    private readonly Uri _redirectUri = new(request.RedirectUri);
    private readonly string _method = responseMode == AuthorizationResponseMode.FormPost ? "POST" : "GET";

    public string RedirectUri => request.RedirectUri;

    public bool TryRead(BrowserRequest came, [NotNullWhen(true)] out AuthorizationResponse? response, [NotNullWhen(false)] out BrowserPage? refusal)
    {
        response = null;
        refusal = RefusalOf(came);
        if (refusal is null)
        {
            AuthorizationResponse read = _method == "POST" ? AuthorizationResponse.FromForm(came.Body) : AuthorizationResponse.FromQuery(came.Query);
            // Without the right state, even an error is not accepted: every page and program can send requests to this port.
            if (AuthorizationResponseReader.HasStateOf(read, request))
            {
                response = read;
                return true;
            }

            refusal = BrowserPage.Refusal(HttpStatusCode.BadRequest);
        }

        return false;
    }

    private BrowserPage? RefusalOf(BrowserRequest came)
    {
        if (came.Fault is { } fault)
        {
            return BrowserPage.Refusal(fault);
        }

        // DNS rebinding: a page whose host name resolves to this machine could read the answer, but its requests have its own name in the Host header.
        if (!string.Equals(came.Host, _redirectUri.Authority, StringComparison.OrdinalIgnoreCase))
        {
            return BrowserPage.Refusal(HttpStatusCode.BadRequest);
        }

        if (!Uri.TryCreate(_redirectUri.GetLeftPart(UriPartial.Authority) + came.Path, UriKind.Absolute, out Uri? address)
            || address.AbsolutePath != _redirectUri.AbsolutePath)
        {
            return BrowserPage.Refusal(HttpStatusCode.NotFound);
        }

        if (came.Method != _method)
        {
            return BrowserPage.Refusal(HttpStatusCode.MethodNotAllowed, allow: _method);
        }

        return _method == "POST" && !IsForm(came.ContentType) ? BrowserPage.Refusal(HttpStatusCode.UnsupportedMediaType) : null;
    }

    private static bool IsForm(string? contentType) =>
        contentType?.Split(';')[0].Trim().Equals(Form, StringComparison.OrdinalIgnoreCase) == true;
}

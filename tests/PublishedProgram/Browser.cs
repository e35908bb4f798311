namespace Visma.Connect.Sdk.Published;

/// <summary>Keeps cookies, also Secure ones over http on loopback, as browsers do. It follows no redirect by itself.</summary>
internal sealed class Browser() : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
{
    private readonly Dictionary<string, string> _cookies = new(StringComparer.Ordinal);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
        foreach (string cookie in response.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? cookies) ? cookies : [])
        {
            string[] pair = cookie.Split(';')[0].Split('=', 2);
            _cookies[pair[0]] = pair[1];
        }

        return response;
    }
}

using System.Net.Http.Headers;

namespace Visma.Connect.Sdk.AspNetCore.Tests.Connect;

/// <summary>
/// Sends requests as a browser does: with its cookies, but with a cross-site POST only those that are SameSite=None. It follows no redirect by itself.
/// It takes Secure cookies over plain http on loopback, as Chromium does.
/// </summary>
internal sealed class TestBrowser(Uri application) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = application };

    /// <summary>The cookies by name: the value, and whether a cross-site POST has it.</summary>
    public Dictionary<string, (string Value, bool IsSentCrossSite)> Cookies { get; } = new(StringComparer.Ordinal);

    /// <summary>Every Set-Cookie header so far.</summary>
    public List<string> SetCookies { get; } = [];

    /// <summary>Every answer so far, without its cookies, which are encrypted: the headers and the body.</summary>
    public List<string> Answers { get; } = [];

    public IEnumerable<string> AttemptCookies => Cookies.Keys.Where(name => name.StartsWith("__Host-visma.", StringComparison.Ordinal));

    public async Task SignInAsync(string user, string connection = "customer-42")
    {
        using HttpResponseMessage response = await GetAsync($"/login?user={user}&customer={connection}");
        response.EnsureSuccessStatusCode();
    }

    public Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers) => GetAsync(new Uri(path, UriKind.Relative), headers);

    public Task<HttpResponseMessage> GetAsync(Uri address, params (string Name, string Value)[] headers)
    {
        HttpRequestMessage request = new(HttpMethod.Get, address);
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return SendAsync(request, isCrossSitePost: false);
    }

    /// <summary>Posts a form, as a page of another site does.</summary>
    public Task<HttpResponseMessage> PostFromOtherSiteAsync(Uri address, string body, string contentType = "application/x-www-form-urlencoded") =>
        SendAsync(Post(address, body, contentType), isCrossSitePost: true);

    /// <summary>Posts a form, as a page of the application does.</summary>
    public Task<HttpResponseMessage> PostAsync(Uri address, string body, string contentType = "application/x-www-form-urlencoded") =>
        SendAsync(Post(address, body, contentType), isCrossSitePost: false);

    /// <summary>Sends the callback, without following the redirect to the completion.</summary>
    public Task<HttpResponseMessage> SendAsync(FakeCallback callback, Uri? application = null)
    {
        Uri address = application is null ? callback.Uri : new Uri(application, callback.Uri.PathAndQuery);
        return callback.FormBody is { } body ? PostFromOtherSiteAsync(address, body) : GetAsync(address);
    }

    /// <summary>Sends the callback, and follows the redirect to the completion.</summary>
    public async Task<HttpResponseMessage> ReturnAsync(FakeCallback callback, Uri? application = null)
    {
        using HttpResponseMessage received = await SendAsync(callback, application);
        Assert.Equal(303, (int)received.StatusCode);
        Assert.Equal("", await received.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return await GetAsync(received.Headers.Location!);
    }

    /// <summary>Opens an address with the cookies, and closes the connection when the token is cancelled.</summary>
    public async Task GiveUpAsync(Uri address, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", Cookies.Select(cookie => $"{cookie.Key}={cookie.Value.Value}")));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _http.SendAsync(request, cancellationToken));
    }

    public void Dispose() => _http.Dispose();

    private static HttpRequestMessage Post(Uri address, string body, string contentType)
    {
        HttpRequestMessage request = new(HttpMethod.Post, address) { Content = new StringContent(body) };
        request.Content.Headers.ContentType = contentType.Length == 0 ? null : MediaTypeHeaderValue.Parse(contentType);
        return request;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool isCrossSitePost)
    {
        string cookies = string.Join("; ", Cookies
            .Where(cookie => cookie.Value.IsSentCrossSite || !isCrossSitePost)
            .Select(cookie => $"{cookie.Key}={cookie.Value.Value}"));
        if (cookies.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("Cookie", cookies);
        }

        using (request)
        {
            HttpResponseMessage response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
            Answers.Add($"{response.Headers.Location} {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
            foreach (string cookie in response.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? values) ? values : [])
            {
                Store(cookie);
            }

            return response;
        }
    }

    private void Store(string cookie)
    {
        SetCookies.Add(cookie);
        string[] parts = cookie.Split(';', StringSplitOptions.TrimEntries);
        string[] pair = parts[0].Split('=', 2);
        if (pair[1].Length == 0)
        {
            Cookies.Remove(pair[0]);
        }
        else
        {
            Cookies[pair[0]] = (pair[1], parts.Contains("samesite=none", StringComparer.OrdinalIgnoreCase));
        }
    }
}

namespace Visma.Connect.Sdk.Testing;

/// <summary>A browser in which a user goes through the pages of a sign-in. It stops at the callback and does not send it.</summary>
internal sealed class FakeBrowser : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    public async Task<FakeCallback> SignInAsync(Uri authorizationUrl, FakeUser user, FakeCompany? company, CancellationToken cancellationToken)
    {
        FakePage page = await OpenAsync(authorizationUrl, cancellationToken).ConfigureAwait(false);
        while (page.Callback is null)
        {
            string choice = page.Question == "user" ? user.Subject : (company ?? user.Companies[0]).TenantId;
            page = await SubmitAsync(page, page.Continue(choice), cancellationToken).ConfigureAwait(false);
        }

        return page.Callback;
    }

    public async Task<FakeCallback> CancelAsync(Uri authorizationUrl, CancellationToken cancellationToken)
    {
        FakePage page = await OpenAsync(authorizationUrl, cancellationToken).ConfigureAwait(false);
        if (page.Callback is null)
        {
            page = await SubmitAsync(page, page.Cancel(), cancellationToken).ConfigureAwait(false);
        }

        return page.Callback!;
    }

    public void Dispose() => _http.Dispose();

    private async Task<FakePage> OpenAsync(Uri address, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _http.GetAsync(address, cancellationToken).ConfigureAwait(false);
        return await FakePage.ReadAsync(response, cancellationToken).ConfigureAwait(false);
    }

    private async Task<FakePage> SubmitAsync(FakePage page, IEnumerable<KeyValuePair<string, string>> fields, CancellationToken cancellationToken)
    {
        using FormUrlEncodedContent form = new(fields);
        using HttpResponseMessage response = await _http.PostAsync(page.FormAction, form, cancellationToken).ConfigureAwait(false);
        return await FakePage.ReadAsync(response, cancellationToken).ConfigureAwait(false);
    }
}

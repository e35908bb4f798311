using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.AspNetCore.Tests.Connect;

public partial class LinkTests
{
    [Theory]
    [InlineData(ConnectApp.Dinero)]
    [InlineData(ConnectApp.EAccounting)]
    public async Task Link_connects_the_same_company_again_in_a_browser_without_a_user(string client)
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        using TestBrowser first = await app.OpenBrowserAsync();
        (await app.ConnectAsync(first, $"/visma/connect/{client}/customer-42", app.Second)).Dispose();
        Uri link = await app.Links.CreateAsync(app.Address, client, "customer-42", cancellationToken: ConnectApp.Cancellation);
        using TestBrowser mail = await app.OpenBrowserAsync(user: null);

        Uri visma = await PressAsync(mail, link);
        using HttpResponseMessage end = await mail.ReturnAsync(await app.Visma.SignInAsync(visma, app.User, app.Second, ConnectApp.Cancellation));

        Assert.Equal(HttpStatusCode.OK, end.StatusCode);
        Assert.Contains(WebUtility.HtmlEncode($"customer-42 (company {app.Second.TenantId})"), await HostileTests.TextOf(end), StringComparison.Ordinal);
        Assert.Equal(client == ConnectApp.Dinero, visma.Query.Contains($"tenant_hint={app.Second.TenantId}", StringComparison.Ordinal));
        Assert.Contains(app.Log.Lines, line => line.Contains(" 57 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_company_than_the_linked_one_is_refused_with_409()
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        using TestBrowser first = await app.OpenBrowserAsync();
        (await app.ConnectAsync(first, "/visma/connect/eaccounting/customer-42", app.Second)).Dispose();
        Uri link = await app.Links.CreateAsync(app.Address, "eaccounting", "customer-42", cancellationToken: ConnectApp.Cancellation);
        using TestBrowser mail = await app.OpenBrowserAsync(user: null);

        using HttpResponseMessage end = await mail.ReturnAsync(
            await app.Visma.SignInAsync(await PressAsync(mail, link), app.User, app.First, ConnectApp.Cancellation));

        Assert.Equal(HttpStatusCode.Conflict, end.StatusCode);
        Assert.Equal(app.Second.TenantId, (await app.FindAsync("eaccounting"))!.Company);
        // The link is not used up.
        using HttpResponseMessage right = await mail.ReturnAsync(
            await app.Visma.SignInAsync(await PressAsync(mail, link), app.User, app.Second, ConnectApp.Cancellation));
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
    }

    [Fact]
    public async Task Link_is_for_one_use_also_in_another_process()
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        await app.StartNodeAsync();
        Uri link = await app.Links.CreateAsync(app.Address, "dinero", "customer-42", cancellationToken: ConnectApp.Cancellation);
        using TestBrowser mail = await app.OpenBrowserAsync(user: null);
        using TestBrowser other = await app.OpenBrowserAsync(user: null);
        FakeCallback early = await app.Visma.SignInAsync(await PressAsync(other, link), app.User, app.Second, ConnectApp.Cancellation);
        using HttpResponseMessage used = await mail.ReturnAsync(
            await app.Visma.SignInAsync(await PressAsync(mail, link), app.User, app.First, ConnectApp.Cancellation));

        using HttpResponseMessage begun = await other.ReturnAsync(early, app.AddressOf(1));
        using HttpResponseMessage again = await other.PostAsync(new Uri(app.AddressOf(1), "visma/reconnect"), link.Query[1..]);

        Assert.Equal(HttpStatusCode.OK, used.StatusCode);
        Assert.Equal(HttpStatusCode.Gone, begun.StatusCode);
        Assert.Equal(HttpStatusCode.Gone, again.StatusCode);
        Assert.Contains("This link was used before.", await HostileTests.TextOf(again), StringComparison.Ordinal);
        Assert.Equal(app.First.TenantId, (await app.FindAsync())!.Company);
    }

    [Fact]
    public async Task Double_click_at_the_end_uses_the_link_once_and_shows_success_twice()
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        await app.StartNodeAsync();
        Uri link = await app.Links.CreateAsync(app.Address, "dinero", "customer-42", cancellationToken: ConnectApp.Cancellation);
        using TestBrowser mail = await app.OpenBrowserAsync(user: null);
        FakeCallback callback = await app.Visma.SignInAsync(await PressAsync(mail, link), app.User, app.First, ConnectApp.Cancellation);
        using HttpResponseMessage received = await mail.SendAsync(callback);

        HttpResponseMessage[] ends = await app.OpenAtOnceAsync(mail, received.Headers.Location!, 0, 1);

        Assert.All(ends, end => Assert.Equal(HttpStatusCode.OK, end.StatusCode));
        Assert.Single(app.Visma.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Second_click_is_not_held_up_by_the_first_request_that_the_browser_gave_up()
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        Uri link = await app.Links.CreateAsync(app.Address, "dinero", "customer-42", cancellationToken: ConnectApp.Cancellation);
        using TestBrowser mail = await app.OpenBrowserAsync(user: null);
        using HttpResponseMessage received = await mail.SendAsync(
            await app.Visma.SignInAsync(await PressAsync(mail, link), app.User, app.First, ConnectApp.Cancellation));
        using FakePause exchange = app.Visma.TokenEndpoint.PauseNext();
        using CancellationTokenSource firstClick = new();
        Task first = mail.GiveUpAsync(received.Headers.Location!, firstClick.Token);
        await exchange.Reached.Soon();
        await firstClick.CancelAsync();
        await first.Soon();

        Task<HttpResponseMessage> second = mail.GetAsync(received.Headers.Location!);
        await Eventually.TrueAsync(() => app.Time.PendingTimers.Contains(TimeSpan.FromMilliseconds(250)));
        exchange.Release();
        await Eventually.TrueAsync(() => app.Log.Lines.Any(line => line.Contains(" 57 ", StringComparison.Ordinal)));

        using HttpResponseMessage end = await app.Time.ResultAsync(second);
        Assert.Equal(HttpStatusCode.OK, end.StatusCode);
    }

    [Fact]
    public async Task Opening_the_link_uses_nothing_up_and_cancelling_neither()
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        Uri link = await app.Links.CreateAsync(app.Address, "dinero", "customer-42", cancellationToken: ConnectApp.Cancellation);
        using TestBrowser mail = await app.OpenBrowserAsync(user: null);
        for (int scanner = 0; scanner < 3; scanner++)
        {
            (await mail.GetAsync(link)).Dispose();
        }

        using HttpResponseMessage cancelled = await mail.ReturnAsync(await app.Visma.CancelSignInAsync(await PressAsync(mail, link), ConnectApp.Cancellation));
        using HttpResponseMessage end = await mail.ReturnAsync(
            await app.Visma.SignInAsync(await PressAsync(mail, link), app.User, app.First, ConnectApp.Cancellation));

        Assert.Contains("Not connected", await HostileTests.TextOf(cancelled), StringComparison.Ordinal);
        Assert.Contains("Connected", await HostileTests.TextOf(end), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Link_expires()
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        Uri link = await app.Links.CreateAsync(app.Address, "dinero", "customer-42", cancellationToken: ConnectApp.Cancellation);
        using TestBrowser mail = await app.OpenBrowserAsync(user: null);
        app.Time.Advance(TimeSpan.FromDays(7));

        using HttpResponseMessage opened = await mail.GetAsync(link);
        using HttpResponseMessage pressed = await mail.PostAsync(new Uri(app.Address, "visma/reconnect"), link.Query[1..]);

        Assert.Equal(HttpStatusCode.Gone, opened.StatusCode);
        Assert.Equal(HttpStatusCode.Gone, pressed.StatusCode);
        Assert.Contains("This link has expired.", await HostileTests.TextOf(opened), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("link=", 400)]
    [InlineData("link=forged", 400)]
    [InlineData("link={link}x", 400)]
    [InlineData("link={cut}", 400)]
    [InlineData("link={link}&link={link}", 400)]
    [InlineData("link={attempt}", 400)]
    public async Task Forged_link_is_refused(string query, int status)
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync();
        await ConnectApp.BeginAsync(browser);
        Uri link = await app.Links.CreateAsync(app.Address, "dinero", "customer-42", cancellationToken: ConnectApp.Cancellation);
        string text = link.Query["?link=".Length..];
        query = query.Replace("{link}", text, StringComparison.Ordinal)
            .Replace("{cut}", text[..^1], StringComparison.Ordinal)
            .Replace("{attempt}", browser.Cookies[browser.AttemptCookies.Single()].Value, StringComparison.Ordinal);

        using HttpResponseMessage opened = await browser.GetAsync($"/visma/reconnect?{query}");
        using HttpResponseMessage pressed = await browser.PostAsync(new Uri(app.Address, "visma/reconnect"), query);

        Assert.Equal((status, status), ((int)opened.StatusCode, (int)pressed.StatusCode));
    }

    [Theory]
    [InlineData(2000, "a=b")]
    [InlineData(1, "{long}=b")]
    public async Task Form_that_no_page_has_is_refused_with_400(int fields, string field)
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync(user: null);
        string body = string.Join('&', Enumerable.Repeat(field.Replace("{long}", new string('a', 10_000), StringComparison.Ordinal), fields));

        using HttpResponseMessage pressed = await browser.PostAsync(new Uri(app.Address, "visma/reconnect"), body);

        Assert.Equal(HttpStatusCode.BadRequest, pressed.StatusCode);
    }

    // A scanner of mails may press the button too, while the user comes back from Visma. Here, its process dies before it can remove anything.
    [Fact]
    public async Task Button_that_is_pressed_again_does_not_stop_the_user_who_comes_back()
    {
        await using ConnectApp app = await ConnectApp.StartAsync(services: services => services.AddSingleton<ITokenCache, CacheThatKeepsAll>());
        Uri link = await app.Links.CreateAsync(app.Address, "dinero", "customer-42", cancellationToken: ConnectApp.Cancellation);
        using TestBrowser mail = await app.OpenBrowserAsync(user: null);
        FakeCallback callback = await app.Visma.SignInAsync(await PressAsync(mail, link), app.User, app.First, ConnectApp.Cancellation);
        using TestBrowser scanner = await app.OpenBrowserAsync(user: null);
        await PressAsync(scanner, link);

        using HttpResponseMessage end = await mail.ReturnAsync(callback);

        Assert.Equal(HttpStatusCode.OK, end.StatusCode);
    }

    [Fact]
    public async Task Button_that_another_site_presses_is_refused()
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        Uri link = await app.Links.CreateAsync(app.Address, "dinero", "customer-42", cancellationToken: ConnectApp.Cancellation);
        using HttpClient http = new();
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(app.Address, "visma/reconnect"))
        {
            Content = new FormUrlEncodedContent([new("link", link.Query["?link=".Length..])]),
        };
        request.Headers.Add("Sec-Fetch-Site", "cross-site");

        using HttpResponseMessage response = await http.SendAsync(request, ConnectApp.Cancellation);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Application_can_refuse_a_link()
    {
        await using ConnectApp app = await ConnectApp.StartAsync(options => options.AuthorizeConnection = attempt => new(!attempt.IsReconnectLink));
        Uri link = await app.Links.CreateAsync(app.Address, "dinero", "customer-42", cancellationToken: ConnectApp.Cancellation);
        using TestBrowser mail = await app.OpenBrowserAsync(user: null);

        using HttpResponseMessage response = await mail.PostAsync(new Uri(app.Address, "visma/reconnect"), link.Query[1..]);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("This application does not accept the link for you.", await HostileTests.TextOf(response), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://portal.acme.example/", 7)]
    [InlineData("https://portal.acme.example/", 0)]
    [InlineData("https://portal.acme.example/", 91)]
    public async Task Link_to_plain_http_or_with_another_lifetime_is_not_created(string application, int days)
    {
        await using ConnectApp app = await ConnectApp.StartAsync();

        await Assert.ThrowsAnyAsync<ArgumentException>(() => app.Links.CreateAsync(
            new Uri(application), "dinero", "customer-42", TimeSpan.FromDays(days), ConnectApp.Cancellation));
    }

    [Fact]
    public async Task Link_is_in_no_log_line()
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        Uri link = await app.Links.CreateAsync(app.Address, "dinero", "customer-42", cancellationToken: ConnectApp.Cancellation);
        using TestBrowser mail = await app.OpenBrowserAsync(user: null);

        await PressAsync(mail, link);

        Assert.DoesNotContain(link.Query["?link=".Length..], string.Join('\n', app.Log.Lines), StringComparison.Ordinal);
    }

    private sealed class CacheThatKeepsAll : ITokenCache
    {
        private readonly MemoryTokenCache _cache = new();

        public ValueTask<TokenEntry?> GetAsync(TokenKey key, CancellationToken cancellationToken = default) => _cache.GetAsync(key, cancellationToken);

        public ValueTask<bool> SaveAsync(TokenKey key, TokenEntry entry, string? ifVersion, CancellationToken cancellationToken = default) =>
            _cache.SaveAsync(key, entry, ifVersion, cancellationToken);

        public ValueTask<bool> RemoveAsync(TokenKey key, string ifVersion, CancellationToken cancellationToken = default) =>
            throw new IOException("The database is down.");

        public IAsyncEnumerable<TokenCacheItem> ListAsync(TokenFilter? filter = null, CancellationToken cancellationToken = default) =>
            _cache.ListAsync(filter, cancellationToken);
    }

    // Opens the link and presses the button of its page.
    private static async Task<Uri> PressAsync(TestBrowser browser, Uri link)
    {
        using HttpResponseMessage page = await browser.GetAsync(link);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Match form = Form().Match(await HostileTests.TextOf(page));
        using HttpResponseMessage pressed = await browser.PostAsync(
            new Uri(link, form.Groups["action"].Value), $"{form.Groups["name"].Value}={Uri.EscapeDataString(WebUtility.HtmlDecode(form.Groups["value"].Value))}");
        Assert.Equal(HttpStatusCode.SeeOther, pressed.StatusCode);
        return pressed.Headers.Location!;
    }

    [GeneratedRegex("<form [^>]*action=\"(?<action>[^\"]*)\"><input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\">")]
    private static partial Regex Form();
}

namespace PretendedApplication;

// The parts of the application in which users connect.
public class UserTests
{
    private readonly StubConnections _connections = new();
    private readonly ConnectPages _pages;

    public UserTests() => _pages = new ConnectPages(_connections);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task User_connects_a_company()
    {
        _connections.Connected["customer-42"] = Connection(company: "42");

        Uri url = _pages.Begin("customer-42");
        string page = await _pages.CallbackAsync($"code=c0de&state={StateOf(url)}", Cancellation);

        Assert.Equal("Connected customer-42 to company 42", page);
        Assert.True(_connections.Begun.Single()!.SelectCompany);
    }

    [Fact]
    public async Task User_who_declines_can_begin_again()
    {
        _connections.Failure = new VismaConnectException("declined") { IsCancelledByUser = true };

        string page = await _pages.CallbackAsync($"error=access_denied&state={StateOf(_pages.Begin("customer-42"))}", Cancellation);

        Assert.Equal("You declined. You can begin again.", page);
    }

    [Fact]
    public async Task Callback_without_a_session_is_refused() =>
        Assert.StartsWith("The session has ended, or its cookie did not come back", await _pages.CallbackAsync("code=c0de&state=forged", Cancellation), StringComparison.Ordinal);

    [Fact]
    public async Task Page_shows_the_state_of_a_connection()
    {
        _connections.Connected["active"] = Connection(grantedScopes: ["ea:api", "ea:sales"], connectedAt: DateTimeOffset.UnixEpoch);
        _connections.Connected["ended"] = Connection(state: ConnectionState.ReauthorizationRequired, reason: "the user revoked it");

        Assert.Equal("connected since 1970-01-01 00:00:00Z, scopes ea:api ea:sales", await _pages.ShowAsync("active", Cancellation));
        Assert.Equal("ReauthorizationRequired: the user revoked it", await _pages.ShowAsync("ended", Cancellation));
        Assert.Equal("not connected", await _pages.ShowAsync("unknown", Cancellation));
    }

    [Fact]
    public async Task Connections_are_listed_and_disconnected()
    {
        _connections.Connected["customer-42"] = Connection();

        Assert.Equal(["customer-42 Active"], await _pages.ListAsync(Cancellation));
        Assert.Equal("disconnected", await _pages.DisconnectAsync("customer-42", Cancellation));
        Assert.Equal("was not connected", await _pages.DisconnectAsync("customer-42", Cancellation));
    }

    [Fact]
    public async Task Disconnection_that_visma_did_not_get_is_shown()
    {
        _connections.Connected["customer-42"] = Connection();
        _connections.Failure = new VismaConnectException("the server is busy") { IsTransient = true };

        Assert.Equal("disconnected here only: the server is busy", await _pages.DisconnectAsync("customer-42", Cancellation));
    }

    [Fact]
    public async Task User_of_the_desktop_program_connects()
    {
        StubBrowser browser = new(name => new VismaConnection(TokenKey.ForConnection("desktop", name), hasRefreshToken: true));

        Assert.Equal("connected", await new DesktopSignIn(browser).ConnectAsync("customer-42", Cancellation));
        Assert.True(browser.Options!.UseAnyPort);
    }

    [Fact]
    public async Task Connection_without_a_refresh_token_has_an_end()
    {
        StubBrowser browser = new(name => new VismaConnection(TokenKey.ForConnection("desktop", name), tokenExpiresAt: DateTimeOffset.UnixEpoch));

        Assert.Equal("connected until 1970-01-01 00:00:00Z", await new DesktopSignIn(browser).ConnectAsync("customer-42", Cancellation));
    }

    [Fact]
    public async Task Users_of_ended_connections_get_a_mail()
    {
        EndedConnections ended = new();

        await ended.OnReauthorizationRequiredAsync(new Reauthorization([Connection(state: ConnectionState.ReauthorizationRequired, reason: "it expired")]), Cancellation);

        Assert.Equal(["customer-42: please connect again (it expired)"], ended.Mails);
    }

    private static VismaConnection Connection(
        ConnectionState state = ConnectionState.Active,
        string? reason = null,
        IReadOnlyList<string>? grantedScopes = null,
        string? company = null,
        DateTimeOffset? connectedAt = null) =>
        new(TokenKey.ForConnection("eaccounting", "customer-42"), state, reason: reason, grantedScopes: grantedScopes, company: company, connectedAt: connectedAt);

    private static string StateOf(Uri url) => url.Query.Split("state=")[1].Split('&')[0];
}

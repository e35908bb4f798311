namespace PretendedApplication;

// The parts of the application that use the typed clients and webhooks.
public class ProtocolTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task User_signs_in_and_out()
    {
        using StubVismaConnect visma = new();
        using VismaConnectClient requests = new(new VismaClientOptions { ClientId = "acme", ClientSecret = "s", RedirectUri = "https://acme.example/callback" });
        SingleSignOn signOn = new(visma);

        string user = await signOn.SignInAsync(requests.CreateAuthorizationRequest(), "code=c0de", Cancellation);

        Assert.Equal("Kari Nordmann <kari@acme.example> in session session-1 of https://connect.visma.com", user);
        Assert.Equal("https://connect.example/endsession?id_token_hint=a.b.c&post_logout_redirect_uri=https://acme.example/bye", signOn.SignOut("a.b.c").OriginalString);
    }

    [Fact]
    public async Task New_refresh_token_is_kept_and_the_last_one_revoked()
    {
        using StubEAccounting identity = new();
        Dictionary<string, string> stored = new() { ["kari"] = "first" };
        EAccountingKeeper keeper = new(identity, stored);

        string access = await keeper.GetAccessTokenAsync("kari", Cancellation);
        await keeper.ForgetAsync("kari", Cancellation);

        Assert.Equal(("access of first", "first'"), (access, identity.Revoked.Single()));
        Assert.Empty(stored);
    }

    [Fact]
    public async Task Companies_of_vni_are_listed()
    {
        using StubVni vni = new();

        Assert.Equal(["1 Acme AS", "2 Beta AS"], await new VniCompanies(vni).ListAsync("t0ken", Cancellation));
    }

    [Fact]
    public void Webhook_is_handled_if_it_is_genuine()
    {
        WebhookEndpoint endpoint = new(new TrustingReader());
        byte[] body = """{"tableIdentifier":"Associate","event":"UPDATE","companyNo":7,"primaryKeys":[{"associateNo":1}]}"""u8.ToArray();

        Assert.Equal((401, 202), (endpoint.Receive(body, "bad"), endpoint.Receive(body, "good")));
        Assert.Equal(["UPDATE Associate of 7: associateNo=1"], endpoint.Changes);
    }

    [Fact]
    public void Change_of_a_table_is_described() => Assert.Equal(
        "DELETE Order of 7: orderNo=12",
        WebhookEndpoint.Describe(new TableChange("Order", "DELETE", companyNo: 7, primaryKeys: [new("orderNo", "12")])));
}

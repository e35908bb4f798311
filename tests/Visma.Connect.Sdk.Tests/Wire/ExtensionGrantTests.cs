using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Wire;

// RFC 6749 section 4.5: token exchange (RFC 8693), and Visma's own grant "delegation".
public class ExtensionGrantTests
{
    private const string TokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange";
    private const string SubjectToken = "sub:ject t0ken/1";

    public static TheoryData<string, string> WrongGrantTypes => new()
    {
        { "authorization_code", "Call ExchangeCodeAsync" },
        { "refresh_token", "Call RefreshAsync" },
        { "client_credentials", "Call RequestClientCredentialsTokenAsync" },
        { " ", "grantType" },
        { "two words", "an absolute URI" },
        { "/relative", "an absolute URI" },
        { "urn:with space", "an absolute URI" },
        { "délégation", "an absolute URI" },
        { "eyJhbGciOiJSUzI1NiJ9." + new string('e', 100), "an absolute URI" },
    };

    [Theory]
    [InlineData(TokenExchange)]
    [InlineData("delegation")]
    public async Task Grant_is_sent_with_its_parameters_in_order_and_the_credentials_of_the_client(string grantType)
    {
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: TestApp.Cancellation);
        FakeClient registered = visma.AddClient("isv_acme", "a");
        using VismaConnectClient client = new(registered.ToOptions(), visma.VismaConnect);
        visma.TokenEndpoint.AnswerNext(Token("a b"));

        TokenResponse response = await client.RequestExtensionGrantTokenAsync(
            grantType,
            [new("subject_token", SubjectToken), new("scope", "a b"), new("audience", "one"), new("audience", "two")],
            TestApp.Cancellation);

        Assert.Equal(["a", "b"], response.Scopes);
        Assert.Equal(
            $"grant_type={Uri.EscapeDataString(grantType)}&subject_token=sub%3Aject+t0ken%2F1&scope=a+b&audience=one&audience=two"
                + $"&client_id=isv_acme&client_secret={Uri.EscapeDataString(registered.Secret)}",
            visma.TokenEndpoint.Requests.Single().Body);
    }

    [Theory]
    [MemberData(nameof(WrongGrantTypes))]
    public async Task Type_that_is_no_extension_grant_is_refused_before_anything_is_sent(string grantType, string expected)
    {
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: TestApp.Cancellation);
        using VismaConnectClient client = new(visma.AddClient("isv_acme", "a").ToOptions(), visma.VismaConnect);

        ArgumentException error = await Assert.ThrowsAnyAsync<ArgumentException>(
            () => client.RequestExtensionGrantTokenAsync(grantType, [], TestApp.Cancellation));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Empty(visma.TokenEndpoint.Requests);
    }

    [Theory]
    [InlineData("grant_type")]
    [InlineData("client_id")]
    [InlineData("client_secret")]
    [InlineData("client_assertion")]
    [InlineData("")]
    public async Task Parameter_of_the_library_is_refused_before_anything_is_sent(string name)
    {
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: TestApp.Cancellation);
        using VismaConnectClient client = new(visma.AddClient("isv_acme", "a").ToOptions(), visma.VismaConnect);

        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(
            () => client.RequestExtensionGrantTokenAsync(TokenExchange, [new(name, "x")], TestApp.Cancellation));

        Assert.Contains("Leave it out", error.Message, StringComparison.Ordinal);
        Assert.Empty(visma.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Values_that_the_server_quotes_are_masked_unless_they_are_public()
    {
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: TestApp.Cancellation);
        using VismaConnectClient client = new(visma.AddClient("isv_acme", "a").ToOptions(), visma.VismaConnect);
        visma.TokenEndpoint.AnswerNext(FakeReply.Refusal(
            "invalid_request",
            $"{SubjectToken} and {Uri.EscapeDataString(SubjectToken)} and unheard-0f for audience https://api.example at tenant t-1"));

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => client.RequestExtensionGrantTokenAsync(
            TokenExchange,
            [
                new("subject_token", SubjectToken), new("of_a_later_standard", "unheard-0f"), new("audience", "https://api.example"),
                new("tenant_id", "t-1"),
            ],
            TestApp.Cancellation));

        Assert.Equal("*** and *** and *** for audience https://api.example at tenant t-1", error.ErrorDescription);
        Assert.Contains("tenant 't-1'", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("t0ken", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grant_is_never_repeated_after_a_failure()
    {
        await using TestApp app = await TestApp.StartAsync();
        VismaConnectClient client = app.Services.GetRequiredKeyedService<VismaConnectClient>("erp");
        app.TokenEndpoint.AnswerNext(FakeReply.Busy("1"), times: 5);

        await Assert.ThrowsAsync<VismaConnectException>(
            () => client.RequestExtensionGrantTokenAsync(TokenExchange, [new("subject_token", SubjectToken)], TestApp.Cancellation));

        Assert.Single(app.TokenEndpoint.Requests);
    }

    private static FakeReply Token(string scope) => FakeReply.Json(
        HttpStatusCode.OK,
        new JsonObject { ["access_token"] = "t0ken", ["token_type"] = "Bearer", ["expires_in"] = 60, ["scope"] = scope });
}

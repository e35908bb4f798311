using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Logging;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk.Tests.FrontDoor;

// No secret is in a log at any level, with scopes, fields and exceptions, or in a ToString.
public class SecrecyTests
{
    [Theory]
    [InlineData(ClientAuthenticationMethod.ClientSecretPost)]
    [InlineData(ClientAuthenticationMethod.ClientSecretBasic)]
    public async Task Secrets_never_appear_in_logs_or_exceptions(ClientAuthenticationMethod method)
    {
        // The application sets which headers are redacted. IHttpClientFactory logs all other headers in full.
        await using TestApp app = await TestApp.StartAsync(
            client => client.TokenEndpointAuthentication = method,
            services => services
                .AddSingleton<EverythingLogger>()
                .ConfigureHttpClientDefaults(http => http.RedactLoggedHeaders(["X-Nothing"]).AddLogger<EverythingLogger>()));
        FakeCompany company = app.AddCompany();
        List<string> errors = [];

        AccessToken first = await app.GetTokenAsync(company);
        (await app.SendAsync(company)).Dispose();
        app.Time.Advance(TimeSpan.FromMinutes(2));
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.Unauthorized), times: 2);
        (await app.SendAsync(company)).Dispose();
        AccessToken second = await app.GetTokenAsync(company);
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Redirect("https://example.com/"));
        (await app.SendAsync(company)).Dispose();
        foreach (FakeReply reply in (FakeReply[])[
            FakeReply.Drop,
            FakeReply.Refusal("invalid_client", $"wrong: {app.Client.Secret}"),
            FakeReply.Refusal("invalid_client", $"wrong: {WebUtility.UrlEncode(app.Client.Secret)}"),
            FakeReply.Refusal("invalid_client", $"wrong: {BasicOf(app.Client)}"),
            FakeReply.Status(HttpStatusCode.OK, $$"""{"access_token":"{{first.Value}}","token_type":"{{second.Value}}","expires_in":[1]}"""),
            FakeReply.Status(HttpStatusCode.OK, $$"""{"access_token":"{{first.Value}}" """),
            FakeReply.Status(HttpStatusCode.OK, $$"""{"access_token":"{{first.Value}}","access_token":"{{first.Value}}"}"""),
        ])
        {
            app.TokenEndpoint.AnswerNext(reply, times: reply == FakeReply.Drop ? 3 : 1);
            errors.Add((await app.Time.FailureAsync(app.GetTokenAsync(app.AddCompany()).AsTask())).ToString());
            // A refused client is held back for some seconds.
            app.Time.Advance(TimeSpan.FromSeconds(10));
        }

        string everything = string.Join('\n', app.Log.Lines.Concat(errors));
        Assert.Contains("Request Headers", everything, StringComparison.Ordinal);
        foreach (string secret in (string[])[
            app.Client.Secret,
            Uri.EscapeDataString(app.Client.Secret),
            WebUtility.UrlEncode(app.Client.Secret),
            first.Value.Split('.')[2],
            second.Value.Split('.')[2],
            BasicOf(app.Client),
        ])
        {
            Assert.DoesNotContain(secret, everything, StringComparison.Ordinal);
        }
    }

    private static string BasicOf(FakeClient client) =>
        Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{client.ClientId}:{WebUtility.UrlEncode(client.Secret)}"));

    /// <summary>An application's logger that logs headers and bodies.</summary>
    private sealed class EverythingLogger(ILogger<EverythingLogger> logger) : IHttpClientLogger
    {
        public object? LogRequestStart(HttpRequestMessage request)
        {
            string body = request.Content?.ReadAsStringAsync().GetAwaiter().GetResult() ?? "";
            logger.LogInformation("{Request} {Body} {Authorization}", request, body, request.Headers.Authorization);
            return null;
        }

        public void LogRequestStop(object? context, HttpRequestMessage request, HttpResponseMessage response, TimeSpan elapsed) =>
            logger.LogInformation("{Request} {Response} {Authorization}", request, response, request.Headers.Authorization);

        public void LogRequestFailed(object? context, HttpRequestMessage request, HttpResponseMessage? response, Exception exception, TimeSpan elapsed) =>
            logger.LogInformation(exception, "{Request} {Authorization}", request, request.Headers.Authorization);
    }

    [Fact]
    public async Task Secrets_never_appear_in_ToString()
    {
        AccessToken token = new("t0ken", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddHours(1));
        TokenSet set = new() { AccessToken = token, RefreshToken = "r3fresh" };
        TokenEntry entry = new() { Tokens = set, TokenEndpoint = new Uri("https://connect.visma.com/connect/token"), ClientId = "isv" };
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: TestApp.Cancellation);
        FakeClient client = visma.AddClient("isv_acme", "a");
        using VismaConnectClient connect = new(new VismaClientOptions { ClientId = client.ClientId, ClientSecret = client.Secret }, visma.VismaConnect);
        TokenResponse response = await connect.RequestClientCredentialsTokenAsync(cancellationToken: TestApp.Cancellation);

        Assert.Equal("access token, expires 1970-01-01 01:00:00Z", token.ToString());
        Assert.DoesNotContain("t0ken", $"{set} {entry}", StringComparison.Ordinal);
        Assert.DoesNotContain("r3fresh", $"{set} {entry}", StringComparison.Ordinal);
        Assert.DoesNotContain(response.AccessToken, response.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(client.Secret, connect.ToString(), StringComparison.Ordinal);
    }

    // AuthorizationRequest is serialised with its secrets: that is what ToJson is for.
    [Fact]
    public void Secrets_are_left_out_when_an_object_is_serialised_or_printed()
    {
        const string Secret = "s3cret-and-long-enough";
        AccessToken token = new(Secret, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddHours(1));
        TokenSet set = new() { AccessToken = token, RefreshToken = Secret, IdToken = Secret };
        VismaClientOptions client = new() { ClientId = "isv", ClientSecret = Secret, ClientSecrets = { Secret } };
        object[] objects =
        [
            token, set, client,
            new TokenEntry { Tokens = set, TokenEndpoint = new Uri("https://connect.visma.com/connect/token"), ClientId = "isv" },
            new TokenResponse(Secret, TimeSpan.FromHours(1), ["a"], Secret, Secret),
            new PortableConnection("erp", "customer-42", Secret),
            new TokenProtectionOptions { Keys = { ["2026"] = Secret } },
            new WebhookOptions { Secrets = { Secret } },
            new VismaConnectOptions
            {
                Clients = { ["erp"] = client },
                TokenProtection = { Keys = { ["2026"] = Secret } },
                Webhooks = { Secrets = { Secret } },
            },
            new VismaClientOptionsHolder(client),
            AuthorizationResponse.FromQuery($"code={Secret}&state={Secret}"),
        ];

        Assert.All(objects, each =>
        {
            Assert.DoesNotContain(Secret, JsonSerializer.Serialize(each, each.GetType()), StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, $"{each}", StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, $"{each.GetType().GetCustomAttribute<DebuggerDisplayAttribute>()?.Value}", StringComparison.Ordinal);
        });
    }

    // The list above has to be extended for each new type with a secret. This test notices a property by its name.
    [Fact]
    public void Every_property_that_is_called_a_secret_is_left_out()
    {
        PropertyInfo[] secrets = [.. typeof(AccessToken).Assembly.GetExportedTypes()
            .SelectMany(type => type.GetProperties())
            .Where(property => property.Name.Contains("Secret", StringComparison.Ordinal))];

        Assert.True(secrets.Length > 2);
        Assert.All(secrets, property => Assert.NotNull(property.GetCustomAttribute<System.Text.Json.Serialization.JsonIgnoreAttribute>()));
    }

    // Json.NET and others read the attribute of the data contracts instead of the one of System.Text.Json.
    [Fact]
    public void What_one_serialiser_leaves_out_others_leave_out_too()
    {
        PropertyInfo[] secret = [.. typeof(AccessToken).Assembly.GetExportedTypes()
            .SelectMany(type => type.GetProperties())
            .Where(property => property.GetCustomAttribute<System.Text.Json.Serialization.JsonIgnoreAttribute>() is not null)];

        Assert.True(secret.Length > 10);
        Assert.All(secret, property => Assert.NotNull(property.GetCustomAttribute<System.Runtime.Serialization.IgnoreDataMemberAttribute>()));
    }

    [Fact]
    public async Task Diagnostic_listeners_get_no_token_request()
    {
        await using TestApp app = await TestApp.StartAsync(client => client.TokenEndpointAuthentication = ClientAuthenticationMethod.ClientSecretBasic);
        ConcurrentQueue<string> events = [];
        // Other tests run at the same time, and must not be listened to.
        AsyncLocal<bool> isThisTest = new() { Value = true };
        bool IsOwn(string name, object? request, object? context) => isThisTest.Value;
        Observer<KeyValuePair<string, object?>> own = new(each => events.Enqueue($"{each.Key} {each.Value}"));
        using IDisposable all = DiagnosticListener.AllListeners.Subscribe(new Observer<DiagnosticListener>(listener => listener.Subscribe(own, IsOwn)));
        FakeCompany company = app.AddCompany();

        // The typed client sends in the context of its caller. The handlers of the container are the same.
        await app.Services.GetRequiredKeyedService<VismaConnectClient>("erp")
            .RequestClientCredentialsTokenAsync(new ClientCredentialsRequest { TenantId = company.TenantId }, TestApp.Cancellation);
        (await app.SendAsync(company)).Dispose();

        Assert.Contains(events, each => each.Contains("/v1/customer", StringComparison.Ordinal));
        Assert.DoesNotContain(events, each => each.Contains("/connect/token", StringComparison.Ordinal));
        Assert.DoesNotContain(events, each => each.Contains(BasicOf(app.Client), StringComparison.Ordinal));
    }

    private sealed record VismaClientOptionsHolder(VismaClientOptions Client);

    private sealed class Observer<T>(Action<T> next) : IObserver<T>
    {
        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        public void OnNext(T value) => next(value);
    }

    [Fact]
    public void Access_token_that_cannot_travel_in_a_header_cannot_be_made()
    {
        foreach (string value in (string[])["", " ", "a b", "a\r\nX: 1", "å", "a\u007f"])
        {
            ArgumentException error = Assert.Throws<ArgumentException>(() => new AccessToken(value, default, default));
            Assert.DoesNotContain("X: 1", error.Message, StringComparison.Ordinal);
        }
    }
}

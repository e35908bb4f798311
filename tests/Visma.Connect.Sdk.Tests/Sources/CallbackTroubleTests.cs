using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Visma.Connect.Sdk.Tests.TokenCache;

namespace Visma.Connect.Sdk.Tests.Sources;

/// <summary>Code of the application that a renewal, a consent or a disconnection calls, and that throws.</summary>
public class CallbackTroubleTests
{
    private static readonly TimeSpan SaveAgainAfter = TimeSpan.FromSeconds(35) / 3;

    // A handler, or a listener of HttpClient's activities and metrics.
    [Fact]
    public async Task Transport_that_throws_after_the_exchange_is_a_lost_reply()
    {
        UnsteadyTransport transport = new();
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60)), services: transport.UseIn);
        AppProcess process = await app.StartWithExpiredTokenAsync();
        transport.ThrowsAfterNextReply = true;

        await process.GetTokenAsync();

        Assert.Equal(2, app.Renewals);
        Assert.Null((await app.EntryAsync()).Mark);
    }

    [Fact]
    public async Task Transport_that_throws_after_the_exchange_leaves_evidence_without_a_grace_period()
    {
        UnsteadyTransport transport = new();
        await using UserApp app = await UserApp.StartAsync(client: options => options.RefreshTokenReplay = RefreshTokenReplay.Never, services: transport.UseIn);
        AppProcess process = await app.StartWithExpiredTokenAsync();
        transport.ThrowsAfterNextReply = true;

        ReauthorizationRequiredException ended = await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync());

        Assert.Contains("(NotSupportedException)", ended.Message, StringComparison.Ordinal);
        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Service_token_request_whose_transport_throws_is_a_transient_error()
    {
        UnsteadyTransport transport = new();
        await using TestApp app = await TestApp.StartAsync(services: services =>
        {
            transport.UseIn(services);
            services.Configure<VismaConnectOptions>(options => options.TokenRequests.Enabled = false);
        });
        transport.ThrowsAfterNextReply = true;

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync(app.AddCompany()).AsTask());

        Assert.True(error.IsTransient);
        Assert.IsType<NotSupportedException>(error.InnerException);
    }

    [Fact]
    public async Task Transport_that_the_application_fails_to_create_costs_no_connection()
    {
        bool fails = false;
        await using UserApp app = await UserApp.StartAsync(services: services => services.AddVismaConnect(_ => { }).ConfigureTokenRequests(http =>
            http.ConfigurePrimaryHttpMessageHandler(() => TransportUnless(fails))));
        await app.StartWithExpiredTokenAsync();
        fails = true;
        AppProcess process = app.StartProcess();

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());

        Assert.Contains("Nothing was sent", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("The vault is locked.", error.Message, StringComparison.Ordinal);
        Assert.Null((await app.EntryAsync()).Mark);
        fails = false;
        await app.StartProcess().GetTokenAsync();
        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Disconnection_returns_its_result_when_the_transport_cannot_be_created()
    {
        bool fails = false;
        await using UserApp app = await UserApp.StartAsync(services: services => services.AddVismaConnect(_ => { }).ConfigureTokenRequests(http =>
            http.ConfigurePrimaryHttpMessageHandler(() => TransportUnless(fails))));
        await app.ConnectAsync(app.StartProcess());
        fails = true;
        AppProcess process = app.StartProcess();

        Disconnection disconnection = await process.Connections.DisconnectAsync("nxt", "customer-42", TestApp.Cancellation).Soon();

        Assert.True(disconnection.WasConnected);
        Assert.EndsWith("The vault is locked.", disconnection.RevocationFailure!.Message, StringComparison.Ordinal);
        Assert.Null(await app.Cache.EntryAsync(UserApp.Key));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Protector_that_throws_after_the_exchange_delays_the_save(bool inProtect)
    {
        UnsteadyProtector protector = new();
        ConcurrentDictionary<string, KeyValueTokenCache.Row> rows = new();
        TroubledCache cache = new(new KeyValueTokenCache(rows, new TokenEntrySerializer(protector)));
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess(cache: cache);
        await app.ConnectAsync(process);
        app.Expire();
        using FakePause reply = app.TokenEndpoint.PauseNextReply();
        Task<AccessToken> call = process.GetTokenAsync();
        await reply.Reached.Soon();
        (protector.ThrowsInProtect, protector.ThrowsInUnprotect) = (inProtect, true);
        reply.Release();

        AccessToken token = await call;
        if (inProtect)
        {
            await process.PassAsync(SaveAgainAfter);
            await process.WaitsForAsync(SaveAgainAfter);
        }

        (protector.ThrowsInProtect, protector.ThrowsInUnprotect) = (false, false);
        app.Time.Advance(SaveAgainAfter);
        await Eventually.TrueAsync(async () => (await cache.EntryAsync(UserApp.Key))!.Tokens.AccessToken.Value == token.Value);
        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Settings_that_the_application_fails_to_validate_cost_no_renewal()
    {
        bool fails = false;
        await using UserApp app = await UserApp.StartAsync(services: services =>
            services.AddOptions<VismaConnectOptions>().Validate(_ =>
            {
                ThrowIf(fails);
                return true;
            }));
        (AppProcess process, FakePause reply, Task<AccessToken> call) = await app.StartWithOpenRenewalAsync();
        fails = true;
        // As after an edit of the settings.
        process.Services.GetRequiredService<IOptionsMonitorCache<VismaConnectOptions>>().Clear();
        reply.Release();

        AccessToken token = await call;

        Assert.Equal(token.Value, (await app.EntryAsync()).Tokens.AccessToken.Value);
        app.Expire();
        await process.GetTokenAsync();
        Assert.Equal(2, app.Renewals);
    }

    [Fact]
    public async Task Exception_of_an_application_costs_no_token_that_is_still_good()
    {
        bool fails = false;
        await using TestApp app = await TestApp.StartAsync(services: services => services.AddVismaConnect(_ => { }).UseTokenRequestPolicy(
            _ => fails ? throw new InvalidOperationException("No service for type 'IPolicyRegistry' has been registered.") : null));
        FakeCompany company = app.AddCompany();
        AccessToken token = await app.GetTokenAsync(company);
        fails = true;
        app.Time.Advance(TimeSpan.FromMinutes(59));

        for (int failures = 1; failures <= 3; failures++)
        {
            Assert.Same(token, await app.GetTokenAsync(company));
            await Eventually.TrueAsync(
                () => app.Log.Lines.Count(line => line.Contains("IPolicyRegistry", StringComparison.Ordinal)) == failures,
                $"failure {failures} in the background");
            app.Time.Advance(TimeSpan.FromSeconds(2));
        }
    }

    private static SocketsHttpHandler TransportUnless(bool fails)
    {
        ThrowIf(fails);
        return new SocketsHttpHandler();
    }

    private static void ThrowIf(bool fails)
    {
        if (fails)
        {
            throw new TimeoutException("The vault is locked.");
        }
    }

    private sealed class UnsteadyTransport : DelegatingHandler
    {
        public UnsteadyTransport() => InnerHandler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };

        public bool ThrowsAfterNextReply { get; set; }

        public void UseIn(IServiceCollection services) =>
            services.AddVismaConnect(_ => { }).ConfigureTokenRequests(http => http.UsePrimaryHandler(this));

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            if (!ThrowsAfterNextReply)
            {
                return response;
            }

            ThrowsAfterNextReply = false;
            response.Dispose();
            throw new NotSupportedException("A listener of activities has thrown.");
        }
    }

    private sealed class UnsteadyProtector : ITokenProtector
    {
        public bool ThrowsInProtect { get; set; }

        public bool ThrowsInUnprotect { get; set; }

        public byte[] Protect(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData) =>
            ThrowsInProtect ? throw new TimeoutException("The vault is locked.") : plaintext.ToArray();

        public byte[] Unprotect(ReadOnlySpan<byte> protectedData, ReadOnlySpan<byte> associatedData) =>
            ThrowsInUnprotect ? throw new CryptographicException("the vault is locked") : protectedData.ToArray();
    }
}

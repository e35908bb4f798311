using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Fuzz;

/// <summary>The ways in which APIs say that they allow no more calls, and what <c>AddVismaResilience</c> makes of them.</summary>
public class LimitTests
{
    private const int MostSends = 20;

    private static readonly Corpus Answers = new(
        [
            "429\nContent-Type: application/json\n\n" + """{"ErrorCode":4010,"DeveloperErrorMessage":"Too many requests. Try again in 55 seconds.","ErrorId":"7a1d"}""",
            "429\nX-RateLimit-Limit: 5000\nX-RateLimit-Remaining: 0\nX-RateLimit-Reset: 1771\nX-RateLimit-Policy: 4-fixed-window\nRetry-After: 1771\n\n",
            "200\nX-RateLimit-Limit: 5000\nX-RateLimit-Remaining: 0\nX-RateLimit-Reset: 1771\n\n",
            "429\nContent-Type: text/plain\n\nAPI calls quota exceeded!",
            "200\nContent-Type: application/json\n\n" + """{"data":null,"errors":[{"message":"Too many outstanding requests","extensions":{"code":"OUTSTANDING_LIMIT_EXCEEDED"}}]}""",
            "429\nRetry-After: Thu, 26 Nov 2026 12:00:00 GMT\nDate: Thu, 26 Nov 2026 11:59:00 GMT\n\n",
            // Inputs that found a fault.
            "200\nContent-Type: application/json\n\n" + """{"e\ud800":1,"errors":[{"extensions":{"code":"OUTSTANDING_LIMIT_EXCEEDED"}}]}""",
        ],
        [
            "OUTSTANDING_LIMIT_EXCEEDED", "\"extensions\":{\"code\":\"OUTSTANDING_LIMIT_EXCEEDED\"}", "errors", "data", "Retry-After: 0\n", "Retry-After: 5\n", "X-RateLimit-Reset: 0\n",
            "X-RateLimit-Remaining: 0\n", "55 seconds", "0 seconds", "9999 seconds",
        ]);

    private static readonly VismaApi[] Apis = [VismaApi.NetErp, VismaApi.EAccounting, VismaApi.Dinero, VismaApi.BusinessNxt];

    [Fact]
    public void Refused_call_ends_in_its_answer_or_in_a_documented_error() =>
        FuzzRun.Run(Answers, 3_000, answer => CallAsync(answer, Apis[answer.Length % Apis.Length]).GetAwaiter().GetResult());

    private static async Task CallAsync(string answer, VismaApi api)
    {
        Transport transport = new(answer);
        ServiceCollection services = new();
        services.AddSingleton<ITokenSource, OneToken>();
        services.AddVismaConnect(options => options.Clients["nxt"] = new VismaClientOptions
        {
            ClientId = Secrets.ClientId,
            ClientSecret = Secrets.ClientSecret,
            Authority = api.Authority,
            TenantUse = TenantUse.None,
        });
        services.AddHttpClient("api").AddVismaToken(api, "nxt")
            .AddVismaResilience(options => (options.MaxWait, options.MaxRetries) = (TimeSpan.Zero, 0))
            .AssumePrimaryHandlerNeverRedirects()
            .ConfigurePrimaryHttpMessageHandler(() => transport);
        await using ServiceProvider provider = services.BuildServiceProvider();
        using HttpClient http = provider.GetRequiredService<IHttpClientFactory>().CreateClient("api");
        for (int call = 0; call < 2; call++)
        {
            try
            {
                using HttpResponseMessage response = await http.GetAsync(new Uri("customers", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);

                byte[] sent = TextBytes.Of(RawReply.SplitAt(answer, "\n\n").After);
                byte[] left = await response.Content.ReadAsByteArrayAsync();
                Assert.True(transport.Sends > MostSends || sent.AsSpan().SequenceEqual(left), "The body was changed.");
            }
            catch (VismaRateLimitException documented)
            {
                Secrets.AreNotIn(documented, Secrets.All);
                Assert.True(documented.RetryAfter > TimeSpan.Zero && documented.RetryAfter <= TimeSpan.FromDays(1), $"To wait {documented.RetryAfter} is out of bounds.");
            }

            Assert.True(transport.Sends <= MostSends, "The call was sent again and again.");
        }
    }

    private sealed class OneToken : ITokenSource
    {
        private static readonly AccessToken Token = new(Secrets.AccessToken, DateTimeOffset.UtcNow, DateTimeOffset.MaxValue);

        public ValueTask<AccessToken> GetTokenAsync(TokenKey key, AccessToken? rejected = null, CancellationToken cancellationToken = default) => new(Token);
    }

    private sealed class Transport(string answer) : HttpMessageHandler
    {
        public int Sends { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Sends++;
            HttpResponseMessage response = Sends > MostSends ? new HttpResponseMessage(HttpStatusCode.OK) : RawReply.Parse(answer);
            response.RequestMessage = request;
            return Task.FromResult(response);
        }
    }
}

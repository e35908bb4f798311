using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;

namespace Visma.Connect.Sdk.Tests.FrontDoor;

/// <summary>Applications that remove the library's handlers, or put others inside them. From field B1.</summary>
public class FinishedHandlersTests
{
    private const string Remedy = "call RemoveAllLoggers() of Microsoft.Extensions.Http on its builder";

    [Fact]
    public async Task HttpClient_is_refused_when_the_filters_are_removed()
    {
        await using TestApp app = await StartAsync(services => services.RemoveAll<IHttpMessageHandlerBuilderFilter>());

        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() => app.Erp);

        Assert.StartsWith("HttpClient 'erp' was built without the handlers of Visma.Connect.Sdk", refused.Message, StringComparison.Ordinal);
        Assert.Contains(Remedy, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Typed_client_is_refused_when_the_filters_are_removed()
    {
        await using TestApp app = await StartAsync(services =>
        {
            services.AddHttpClient<ErpClient>().AddVismaToken(VismaApi.NetErp, "erp");
            services.RemoveAll<IHttpMessageHandlerBuilderFilter>();
        });

        Assert.Throws<InvalidOperationException>(() => app.Services.GetRequiredService<ErpClient>());
        Assert.Throws<InvalidOperationException>(() => app.Services.GetRequiredService<VismaClientFactory<ErpClient>>().ForTenant("a-company"));
    }

    // Without the filter, this request would carry the secret along a 307.
    [Fact]
    public async Task Token_request_is_refused_when_the_filters_are_removed()
    {
        await using TestApp app = await StartAsync(services => services.RemoveAll<IHttpMessageHandlerBuilderFilter>());
        app.TokenEndpoint.AnswerNext(FakeReply.Redirect("/elsewhere"));

        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => app.GetTokenAsync(app.AddCompany()).AsTask());

        Assert.Contains(Remedy, refused.Message, StringComparison.Ordinal);
        Assert.Empty(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Renewal_with_other_handlers_is_refused_without_a_mark()
    {
        bool isBroken = false;
        await using UserApp app = await UserApp.StartAsync(services: services =>
        {
            services.AddVismaConnect(_ => { });
            services.Insert(0, Filter(builder =>
            {
                if (isBroken)
                {
                    builder.AdditionalHandlers.Add(new RetryHandler());
                }
            }));
        });
        AppProcess before = await app.StartWithExpiredTokenAsync();
        isBroken = true;

        VismaConnectException refused = await Assert.ThrowsAsync<VismaConnectException>(() => app.StartProcess().GetTokenAsync());

        Assert.Contains(Remedy, refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, app.Renewals);
        Assert.Null((await app.EntryAsync()).Mark);
        await before.GetTokenAsync();
    }

    [Theory]
    [InlineData("puts a handler inside")]
    [InlineData("removes all handlers")]
    [InlineData("replaces the transport")]
    [InlineData("wraps the transport")]
    public async Task Filter_before_the_librarys_is_refused_when_it(string what)
    {
        await using TestApp app = await StartAsync(services => services.Insert(0, Filter(builder =>
        {
            switch (what)
            {
                case "puts a handler inside":
                    builder.AdditionalHandlers.Add(new RetryHandler());
                    break;
                case "removes all handlers":
                    builder.AdditionalHandlers.Clear();
                    builder.PrimaryHandler = new SocketsHttpHandler();
                    break;
                case "replaces the transport":
                    builder.PrimaryHandler = new SocketsHttpHandler();
                    break;
                default:
                    builder.PrimaryHandler = new RetryHandler { InnerHandler = builder.PrimaryHandler };
                    break;
            }
        })));

        Assert.Throws<InvalidOperationException>(() => app.Erp);
        await Assert.ThrowsAsync<InvalidOperationException>(() => app.GetTokenAsync(app.AddCompany()).AsTask());
        Assert.Empty(app.TokenEndpoint.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Filter_that_leaves_the_librarys_handlers_alone_is_accepted(bool isFirst)
    {
        int count = 0;
        ServiceDescriptor filter = Filter(builder =>
        {
            count++;
            if (builder.Name == "erp")
            {
                builder.AdditionalHandlers.Insert(0, new RetryHandler());
            }
        });
        await using TestApp app = await StartAsync(services => services.Insert(isFirst ? 0 : services.Count, filter));

        using HttpResponseMessage response = await app.SendAsync(app.AddCompany());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, count);
    }

    [Theory]
    [InlineData("builds the usual chain", true)]
    [InlineData("forgets the additional handlers", false)]
    [InlineData("puts a handler inside", false)]
    public async Task Builder_of_the_application_is_accepted_if_it(string what, bool isAccepted)
    {
        await using TestApp app = await StartAsync(services => services.AddTransient<HttpMessageHandlerBuilder>(provider => new OwnBuilder(provider, what)));

        if (isAccepted)
        {
            using HttpResponseMessage response = await app.SendAsync(app.AddCompany());
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        else
        {
            Assert.Throws<InvalidOperationException>(() => app.Erp);
        }
    }

    // The remedy that the message names.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Logs_of_HttpClient_can_be_silenced(bool forAll)
    {
        await using TestApp app = await StartAsync(
            services =>
            {
                if (forAll)
                {
                    services.ConfigureHttpClientDefaults(http => http.RemoveAllLoggers());
                }
                else
                {
                    services.AddHttpClient("erp").RemoveAllLoggers();
                }
            });

        using HttpResponseMessage response = await app.SendAsync(app.AddCompany());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.DoesNotContain(app.Log.Lines, line => line.Contains("System.Net.Http.HttpClient", StringComparison.Ordinal));
    }

    // After AddVismaConnect.
    private static Task<TestApp> StartAsync(Action<IServiceCollection> services) => TestApp.StartAsync(http: http => services(http.Services));

    private static ServiceDescriptor Filter(Action<HttpMessageHandlerBuilder> change) =>
        ServiceDescriptor.Singleton<IHttpMessageHandlerBuilderFilter>(new OwnFilter(change));

    private sealed class OwnFilter(Action<HttpMessageHandlerBuilder> change) : IHttpMessageHandlerBuilderFilter
    {
        public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
        {
            next(builder);
            change(builder);
        };
    }

    private sealed class OwnBuilder(IServiceProvider services, string what) : HttpMessageHandlerBuilder
    {
        public override string? Name { get; set; }

        public override HttpMessageHandler PrimaryHandler { get; set; } = new SocketsHttpHandler();

        public override IList<DelegatingHandler> AdditionalHandlers { get; } = [];

        public override IServiceProvider Services => services;

        public override HttpMessageHandler Build() => what switch
        {
            "forgets the additional handlers" => PrimaryHandler,
            "puts a handler inside" => CreateHandlerPipeline(new RetryHandler { InnerHandler = PrimaryHandler }, AdditionalHandlers),
            _ => CreateHandlerPipeline(PrimaryHandler, AdditionalHandlers),
        };
    }
}

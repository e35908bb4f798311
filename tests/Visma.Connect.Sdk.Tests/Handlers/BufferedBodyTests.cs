using System.Net;
using System.Net.Http.Json;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Visma.Connect.Sdk.Tests.FrontDoor;

namespace Visma.Connect.Sdk.Tests.Handlers;

/// <summary>Bodies of any kind of content that were buffered before they were sent. From field B4.</summary>
public class BufferedBodyTests
{
    public static TheoryData<string, Func<HttpContent>> OneWayBodies => new()
    {
        { "a content of a library that pushes", () => new PushedContent(length: null) },
        { "the same with a known length", () => new PushedContent(length: 14) },
        { "a stream that does not seek", () => new StreamContent(new OneWayStream("""{"name":"New"}"""u8.ToArray())) },
        { "a query as JSON", () => JsonContent.Create(new Queue<string>(["New"]).Select(item => item)) },
        { "parts of which one pushes", () => new MultipartContent { new StringContent("first"), new PushedContent(length: null) } },
    };

    [Theory]
    [MemberData(nameof(OneWayBodies))]
    public async Task Body_that_was_buffered_is_sent_again(string what, Func<HttpContent> create)
    {
        Assert.NotEmpty(what);
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = await StartWithRefusedTokenAsync(app);
        HttpContent content = create();
        await content.LoadIntoBufferAsync(TestApp.Cancellation);

        (await app.SendAsync(company, HttpMethod.Post, content: content)).Dispose();

        FakeRequest[] requests = [.. app.Visma.NetErpEndpoint.Requests];
        Assert.Equal(2, requests.Length);
        Assert.Contains("New", requests[0].Body, StringComparison.Ordinal);
        Assert.Equal(requests[0].Body, requests[1].Body);
    }

    // The handler of docs/resilience.md.
    [Fact]
    public async Task Handler_outside_can_buffer_every_body()
    {
        await using TestApp app = await TestApp.StartAsync(http: http => http.AddHttpMessageHandler(() => new ResilienceExamples.BufferedBodies()));
        FakeCompany company = await StartWithRefusedTokenAsync(app);

        (await app.SendAsync(company, HttpMethod.Post, content: new PushedContent(length: null))).Dispose();

        Assert.Equal(2, app.Visma.NetErpEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Body_of_several_parts_that_were_buffered_one_by_one_is_sent_again()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = await StartWithRefusedTokenAsync(app);
        MultipartContent content = [];
        foreach (long? length in (long?[])[null, 14])
        {
            PushedContent part = new(length);
            await part.LoadIntoBufferAsync(TestApp.Cancellation);
            content.Add(part);
        }

        (await app.SendAsync(company, HttpMethod.Post, content: content)).Dispose();

        FakeRequest[] requests = [.. app.Visma.NetErpEndpoint.Requests];
        Assert.Equal(2, requests.Length);
        Assert.Equal(requests[0].Body, requests[1].Body);
    }

    [Theory]
    [MemberData(nameof(OneWayBodies))]
    public async Task Body_that_was_not_buffered_is_not_sent_again_and_the_log_says_how_it_would_be(string what, Func<HttpContent> create)
    {
        Assert.NotEmpty(what);
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = await StartWithRefusedTokenAsync(app);

        using HttpResponseMessage response = await app.SendAsync(company, HttpMethod.Post, content: create());

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Single(app.Visma.NetErpEndpoint.Requests);
        Assert.Contains(app.Log.Lines, line => line.Contains("LoadIntoBufferAsync", StringComparison.Ordinal));
    }

    // The second serialisation of such a content may write nothing, without an error.
    [Fact]
    public async Task Content_that_is_not_buffered_is_not_read_to_find_that_out()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = await StartWithRefusedTokenAsync(app);
        PushedContent unknownLength = new(length: null);
        PushedContent knownLength = new(length: 14);

        (await app.SendAsync(company, HttpMethod.Post, content: unknownLength)).Dispose();
        app.Time.Advance(TimeSpan.FromMinutes(2));
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.Unauthorized));
        (await app.SendAsync(company, HttpMethod.Post, content: knownLength)).Dispose();

        Assert.Equal((1, 1), (unknownLength.Serialisations, knownLength.Serialisations));
    }

    private static async Task<FakeCompany> StartWithRefusedTokenAsync(TestApp app)
    {
        FakeCompany company = app.AddCompany();
        await app.GetTokenAsync(company);
        app.Time.Advance(TimeSpan.FromMinutes(2));
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.Unauthorized));
        return company;
    }

    /// <summary>Writes its body once, as the streaming contents of Refit and of Microsoft.AspNet.WebApi.Client may do.</summary>
    private sealed class PushedContent(long? length) : HttpContent
    {
        public int Serialisations { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            Serialisations++ == 0 ? stream.WriteAsync(Encoding.UTF8.GetBytes("""{"name":"New"}""")).AsTask() : Task.CompletedTask;

        protected override bool TryComputeLength(out long computed)
        {
            computed = length ?? 0;
            return length is not null;
        }
    }
}

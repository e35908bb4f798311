using System.Net;
using System.Text;
using System.Text.Json;

namespace Visma.Connect.Sdk.Tests.Testing;

public class FakeReplyScriptTests : UserTests
{
    [Fact]
    public async Task Lost_reply_leaves_the_token_used_up()
    {
        string token = await ConnectAsync();
        App.Server.TokenEndpoint.LoseNextReply();

        await Assert.ThrowsAsync<HttpRequestException>(() => App.RefreshAsync(token));

        Assert.Null(await App.SuccessorAsync(token));
    }

    [Fact]
    public async Task Lost_reply_can_be_replaced_and_several_can_be_lost()
    {
        App.Client.RefreshTokens = FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60));
        string token = await ConnectAsync();
        App.Server.TokenEndpoint.LoseNextReply(FakeReply.Status(HttpStatusCode.BadGateway), times: 2);

        using HttpResponseMessage first = await App.RefreshAsync(token);
        using HttpResponseMessage second = await App.RefreshAsync(token);

        Assert.Equal([HttpStatusCode.BadGateway, HttpStatusCode.BadGateway], [first.StatusCode, second.StatusCode]);
        Assert.NotNull(await App.SuccessorAsync(token));
        Assert.Empty(Visma.NeedlessReplays);
    }

    [Fact]
    public async Task Script_for_the_reply_waits_for_a_reply_that_the_endpoint_writes_itself()
    {
        string token = await ConnectAsync();
        App.Server.TokenEndpoint.AnswerNext(FakeReply.Busy("5"));
        App.Server.TokenEndpoint.LoseNextReply(FakeReply.Status(HttpStatusCode.BadGateway));

        using HttpResponseMessage busy = await App.RefreshAsync(token);
        using HttpResponseMessage lost = await App.RefreshAsync(token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, busy.StatusCode);
        Assert.Equal(HttpStatusCode.BadGateway, lost.StatusCode);
        Assert.Null(await App.SuccessorAsync(token));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(25)]
    public async Task Reply_ends_after_so_many_bytes(int bytes)
    {
        string token = await ConnectAsync();
        App.Server.TokenEndpoint.CutNextReply(bytes);

        (string part, long? promised) = await ReadCutReplyAsync(token);

        Assert.Equal("""{"access_token":"eyJhbGci"""[..bytes], part);
        Assert.True(promised > 1000);
        Assert.Null(await App.SuccessorAsync(token));
    }

    [Fact]
    public async Task Reply_ends_right_after_a_member()
    {
        string token = await ConnectAsync();
        App.Server.TokenEndpoint.CutNextReplyAfter("refresh_token");

        (string part, _) = await ReadCutReplyAsync(token);

        JsonElement whole = JsonSerializer.Deserialize<JsonElement>(part + "}");
        Assert.NotNull(await App.SuccessorAsync(whole.GetProperty("refresh_token").GetString()!));
        Assert.False(whole.TryGetProperty("id_token", out _));
        Assert.Empty(Visma.NeedlessReplays);
    }

    [Fact]
    public async Task Reply_can_be_changed()
    {
        string token = await ConnectAsync();
        App.Server.TokenEndpoint.ChangeNextReply(body =>
        {
            body.Remove("refresh_token");
            body["expires_in"] = "soon";
        });

        using HttpResponseMessage response = await App.RefreshAsync(token);

        JsonElement tokens = await PlainApplication.TokensAsync(response);
        Assert.False(tokens.TryGetProperty("refresh_token", out _));
        Assert.Equal("soon", tokens.GetProperty("expires_in").GetString());
        Assert.Null(await App.SuccessorAsync(token));
    }

    [Fact]
    public async Task Request_of_a_client_that_closed_the_connection_is_still_processed()
    {
        string token = await ConnectAsync();
        using FakePause pause = App.Server.TokenEndpoint.PauseNext();
        await HangUpAsync(token, pause);
        using FakePause worked = App.Server.TokenEndpoint.PauseNextReply();

        pause.Release();
        await worked.Reached;

        Assert.Null(await App.SuccessorAsync(token));
    }

    [Fact]
    public async Task Held_reply_is_made_before_the_pause()
    {
        string token = await ConnectAsync();
        using FakePause pause = App.Server.TokenEndpoint.PauseNextReply();
        Task<string?> held = App.SuccessorAsync(token);
        await pause.Reached;

        Assert.Null(await App.SuccessorAsync(token));
        pause.Release();

        Assert.NotNull(await held);
    }

    [Fact]
    public async Task Needless_replay_is_reported_without_the_token()
    {
        App.Client.RefreshTokens = FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60));
        string first = await ConnectAsync();
        string? second = await App.SuccessorAsync(first);
        Assert.NotNull(second);
        Assert.Empty(Visma.NeedlessReplays);

        await App.SuccessorAsync(first);

        string replay = Assert.Single(Visma.NeedlessReplays);
        Assert.Contains("isv_acme_web", replay, StringComparison.Ordinal);
        Assert.Contains("refresh token 1 of Kari Nordmann", replay, StringComparison.Ordinal);
        Assert.DoesNotContain(first, replay, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Needless_replay_counts_whatever_the_answer_is()
    {
        string token = await ConnectAsync();
        await App.SuccessorAsync(token);
        App.Server.TokenEndpoint.AnswerNext(FakeReply.Busy("5"));

        await App.SuccessorAsync(token);

        Assert.Single(Visma.NeedlessReplays);
    }

    [Fact]
    public async Task Replay_after_a_reply_that_did_not_arrive_is_not_needless()
    {
        App.Client.RefreshTokens = FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60));
        string token = await ConnectAsync();
        App.Server.TokenEndpoint.AnswerNext(FakeReply.Busy("5"));
        await App.SuccessorAsync(token);
        App.Server.TokenEndpoint.CutNextReply(100);
        await Assert.ThrowsAsync<HttpRequestException>(() => App.RefreshAsync(token));
        using FakePause reply = App.Server.TokenEndpoint.PauseNextReply();
        await HangUpAsync(token, reply);
        reply.Release();
        using FakePause request = App.Server.TokenEndpoint.PauseNext();
        await HangUpAsync(token, request);
        request.Release();

        Assert.NotNull(await App.SuccessorAsync(token));

        Assert.Empty(Visma.NeedlessReplays);
    }

    private async Task<string> ConnectAsync() => (await App.ConnectAsync()).GetProperty("refresh_token").GetString()!;

    private async Task HangUpAsync(string token, FakePause pause)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task<HttpResponseMessage> abandoned = App.RefreshAsync(token, patience.Token);
        await pause.Reached;
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);
        await pause.Abandoned;
    }

    private async Task<(string Part, long? Promised)> ReadCutReplyAsync(string token)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, App.Server.Authority.TokenEndpoint)
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["client_id"] = App.Client.ClientId,
                ["client_secret"] = App.Client.Secret,
                ["grant_type"] = "refresh_token",
                ["refresh_token"] = token,
            }),
        };
        using HttpResponseMessage response = await App.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using Stream stream = await response.Content.ReadAsStreamAsync(Cancellation);
        byte[] part = new byte[10_000];
        int length = 0;
        try
        {
            while (await stream.ReadAsync(part.AsMemory(length), Cancellation) is > 0 and var read)
            {
                length += read;
            }

            Assert.Fail("The reply arrived in full.");
        }
        catch (IOException)
        {
            // Expected: the reply is cut short.
        }

        return (Encoding.UTF8.GetString(part, 0, length), response.Content.Headers.ContentLength);
    }
}

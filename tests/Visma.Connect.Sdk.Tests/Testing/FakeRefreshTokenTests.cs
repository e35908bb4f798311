using System.Net;

namespace Visma.Connect.Sdk.Tests.Testing;

// The same kinds of refresh tokens as in docs/renewal-model: one-time, one-time with three kinds of grace period, and re-use.
public class FakeRefreshTokenTests : UserTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task One_time_token_is_valid_once()
    {
        string first = await ConnectAsync(FakeRefreshTokens.OneTime(replayDetection: FakeReplayDetection.None));

        string? second = await App.SuccessorAsync(first);

        Assert.NotEqual(first, second);
        Assert.Null(await App.SuccessorAsync(first));
        Assert.NotNull(await App.SuccessorAsync(second!));
    }

    [Fact]
    public async Task Reused_token_ends_the_grant_by_default()
    {
        string first = await ConnectAsync(FakeRefreshTokens.OneTime());
        using HttpResponseMessage response = await App.RefreshAsync(first);
        System.Text.Json.JsonElement second = await PlainApplication.TokensAsync(response);

        Assert.Null(await App.SuccessorAsync(first));

        Assert.Null(await App.SuccessorAsync(second.GetProperty("refresh_token").GetString()!));
        using HttpResponseMessage api = await App.GetAsync(new Uri(Visma.NetErp.BaseAddress, "customer"), second.GetProperty("access_token").GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, api.StatusCode);
    }

    [Fact]
    public async Task Replay_within_grace_returns_the_same_successor_and_a_new_access_token()
    {
        string first = await ConnectAsync(FakeRefreshTokens.OneTime(Grace));
        using HttpResponseMessage exchange = await App.RefreshAsync(first);
        App.Time.Advance(TimeSpan.FromSeconds(29));

        using HttpResponseMessage replay = await App.RefreshAsync(first);

        System.Text.Json.JsonElement exchanged = await PlainApplication.TokensAsync(exchange);
        System.Text.Json.JsonElement replayed = await PlainApplication.TokensAsync(replay);
        Assert.Equal(exchanged.GetProperty("refresh_token").GetString(), replayed.GetProperty("refresh_token").GetString());
        Assert.NotEqual(exchanged.GetProperty("access_token").GetString(), replayed.GetProperty("access_token").GetString());
    }

    [Fact]
    public async Task Replay_within_grace_returns_another_successor_and_all_are_valid()
    {
        string first = await ConnectAsync(FakeRefreshTokens.OneTime(Grace, FakeReplay.New));

        string? second = await App.SuccessorAsync(first);
        string? third = await App.SuccessorAsync(first);

        Assert.NotEqual(second, third);
        Assert.NotNull(await App.SuccessorAsync(second!));
        Assert.NotNull(await App.SuccessorAsync(third!));
    }

    [Fact]
    public async Task Replay_within_grace_returns_another_successor_and_invalidates_the_earlier_one()
    {
        string first = await ConnectAsync(FakeRefreshTokens.OneTime(Grace, FakeReplay.Newest, replayDetection: FakeReplayDetection.None));

        string? second = await App.SuccessorAsync(first);
        string? third = await App.SuccessorAsync(first);

        Assert.Null(await App.SuccessorAsync(second!));
        Assert.NotNull(await App.SuccessorAsync(third!));
    }

    [Fact]
    public async Task Invalidated_successor_ends_the_grant_like_any_reused_token()
    {
        string first = await ConnectAsync(FakeRefreshTokens.OneTime(Grace, FakeReplay.Newest));
        string? second = await App.SuccessorAsync(first);
        string? third = await App.SuccessorAsync(first);

        Assert.Null(await App.SuccessorAsync(second!));

        Assert.Null(await App.SuccessorAsync(third!));
    }

    [Theory]
    [InlineData(FakeReplay.Same)]
    [InlineData(FakeReplay.New)]
    [InlineData(FakeReplay.Newest)]
    public async Task Grace_runs_from_the_first_exchange_and_ends(FakeReplay replay)
    {
        string first = await ConnectAsync(FakeRefreshTokens.OneTime(Grace, replay));
        await App.SuccessorAsync(first);
        App.Time.Advance(TimeSpan.FromSeconds(20));
        string? successor = await App.SuccessorAsync(first);

        App.Time.Advance(TimeSpan.FromSeconds(10));

        Assert.NotNull(successor);
        Assert.Null(await App.SuccessorAsync(first));
        Assert.Null(await App.SuccessorAsync(successor));
    }

    [Fact]
    public async Task Re_use_token_stays_the_same()
    {
        string first = await ConnectAsync(FakeRefreshTokens.ReUse);

        Assert.Equal(first, await App.SuccessorAsync(first));
        Assert.Equal(first, await App.SuccessorAsync(first));
        Assert.Empty(Visma.NeedlessReplays);
    }

    [Fact]
    public async Task Settings_apply_to_consents_given_after_they_were_made()
    {
        string before = await ConnectAsync(FakeRefreshTokens.OneTime(replayDetection: FakeReplayDetection.None));
        string after = await ConnectAsync(FakeRefreshTokens.OneTime(Grace));

        await App.SuccessorAsync(before);
        await App.SuccessorAsync(after);

        Assert.Null(await App.SuccessorAsync(before));
        Assert.NotNull(await App.SuccessorAsync(after));
    }

    [Fact]
    public async Task Refresh_may_ask_for_less_and_not_for_more()
    {
        string token = await ConnectAsync(FakeRefreshTokens.OneTime());

        using HttpResponseMessage more = await App.AskAsync([("grant_type", "refresh_token"), ("refresh_token", token), ("scope", "dineropublicapi:read")]);
        using HttpResponseMessage less = await App.AskAsync([("grant_type", "refresh_token"), ("refresh_token", token), ("scope", "openid")]);

        Assert.Equal("invalid_scope", await PlainApplication.ErrorAsync(more));
        Assert.Equal("openid", (await PlainApplication.TokensAsync(less)).GetProperty("scope").GetString());
    }

    [Fact]
    public async Task Token_of_another_client_is_refused_and_stays_valid()
    {
        string token = await ConnectAsync(FakeRefreshTokens.OneTime());
        FakeClient other = Visma.AddClient("isv_other");

        using HttpResponseMessage response = await App.AskAsync(
            [("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", other.ClientId), ("client_secret", other.Secret)]);

        Assert.Equal("invalid_grant", await PlainApplication.ErrorAsync(response));
        Assert.NotNull(await App.SuccessorAsync(token));
    }

    [Fact]
    public async Task Consent_can_be_ended_from_Vismas_side()
    {
        string token = await ConnectAsync(FakeRefreshTokens.OneTime());
        FakeUser other = Visma.AddUser("Ola Nordmann");
        Visma.RevokeGrants(App.Client, other);
        string? successor = await App.SuccessorAsync(token);

        Visma.RevokeGrants(App.Client);

        Assert.NotNull(successor);
        Assert.Null(await App.SuccessorAsync(successor));
    }

    [Fact]
    public async Task Ten_simultaneous_exchanges_return_one_successor()
    {
        string token = await ConnectAsync(FakeRefreshTokens.OneTime(replayDetection: FakeReplayDetection.None));

        string?[] successors = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => App.SuccessorAsync(token)));

        Assert.Single(successors, successor => successor is not null);
    }

    private async Task<string> ConnectAsync(FakeRefreshTokens settings)
    {
        App.Client.RefreshTokens = settings;
        return (await App.ConnectAsync()).GetProperty("refresh_token").GetString()!;
    }
}

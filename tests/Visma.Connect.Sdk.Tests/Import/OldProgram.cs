namespace Visma.Connect.Sdk.Tests.Import;

/// <summary>A program that did the OAuth of the application before, with code of its own. It leaves refresh tokens.</summary>
public sealed class OldProgram(UserApp app) : IDisposable
{
    private readonly VismaConnectClient _client = new(app.Client.ToOptions(), app.Visma.VismaConnect, app.Time);

    /// <summary>Connects a user of a company. Returns the refresh token.</summary>
    public async Task<string> ConnectAsync(FakeUser? user = null, FakeCompany? company = null)
    {
        AuthorizationRequest start = _client.CreateAuthorizationRequest();
        TokenResponse reply = await _client.ExchangeCodeAsync(start, await app.AnswerAsync(start, company, user), TestApp.Cancellation);
        return reply.RefreshToken!;
    }

    /// <summary>The rows of new users, each with another user.</summary>
    public async Task<PortableConnection[]> ConnectAsync(int count, string prefix = "customer")
    {
        PortableConnection[] rows = new PortableConnection[count];
        for (int index = 0; index < count; index++)
        {
            FakeCompany company = app.Visma.AddCompany($"{prefix} {index}");
            rows[index] = Row($"{prefix}-{index}", await ConnectAsync(app.Visma.AddUser($"{prefix} {index}", company), company));
        }

        return rows;
    }

    /// <summary>Renews a token. Returns the new refresh token.</summary>
    public async Task<string> RenewAsync(string token) => (await _client.RefreshAsync(token, TestApp.Cancellation)).RefreshToken!;

    public static PortableConnection Row(string name, string token, string client = "nxt") => new(client, name, token);

    /// <summary>Rows whose tokens no server knows.</summary>
    public static PortableConnection[] Dead(int count, string prefix = "dead", string client = "nxt") =>
        [.. Enumerable.Range(0, count).Select(index => Row($"{prefix}-{index}", $"{prefix}-token-{index}", client))];

    public void Dispose() => _client.Dispose();
}

using System.Text;

namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Processes;

/// <summary>The refresh tokens of 500 customers, as a program with code of its own leaves them: some are dead, some of another application, one is there twice.</summary>
public sealed class OldTokens
{
    public const int Rows = 500;
    public const int Dead = 20;
    public const int OfOtherClient = 5;

    /// <summary>The row that has the token of an earlier row, from 1.</summary>
    public const int Duplicate = 457;

    private const int First = 123;

    // Apart from each other, because the import stops after five failures in a row.
    private const int Distance = 19;

    private readonly List<string> _tokens = [];

    private OldTokens()
    {
    }

    /// <summary>The token of each row.</summary>
    public IReadOnlyList<string> Tokens => _tokens;

    /// <summary>Whether the token of a row, from 1, is accepted.</summary>
    public static bool IsGood(int row) => row % Distance != 0 || row / Distance > Dead + OfOtherClient;

    public static async Task<OldTokens> ObtainAsync(FakeVisma visma, FakeClient client, FakeClient other)
    {
        OldTokens old = new();
        using VismaConnectClient own = new(client.ToOptions(), visma.VismaConnect);
        using VismaConnectClient foreign = new(other.ToOptions(), visma.VismaConnect);
        for (int row = 1; row <= Rows; row++)
        {
            bool isForeign = !IsGood(row) && row / Distance > Dead;
            string token = row == Duplicate ? old._tokens[First - 1] : await ConnectAsync(visma, isForeign ? foreign : own, row);
            if (!IsGood(row) && !isForeign)
            {
                // Spent, as one that the old program has renewed and not stored.
                await own.RefreshAsync(token, TestContext.Current.CancellationToken);
            }

            old._tokens.Add(token);
        }

        return old;
    }

    /// <summary>The file to import.</summary>
    public async Task WriteAsync(string path)
    {
        StringBuilder text = new("client,name,token\n");
        foreach ((int index, string token) in _tokens.Index())
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"app,customer-{index + 1},{token}\n");
        }

        await File.WriteAllTextAsync(path, text.ToString(), TestContext.Current.CancellationToken);
    }

    private static async Task<string> ConnectAsync(FakeVisma visma, VismaConnectClient application, int row)
    {
        AuthorizationRequest start = application.CreateAuthorizationRequest();
        FakeUser user = visma.AddUser($"user {row}", visma.AddCompany($"company {row}"));
        FakeCallback callback = await visma.SignInAsync(start.Url, user, cancellationToken: TestContext.Current.CancellationToken);
        AuthorizationResponse answer = callback.IsFormPost ? AuthorizationResponse.FromForm(callback.FormBody!) : AuthorizationResponse.FromUri(callback.Uri);
        return (await application.ExchangeCodeAsync(start, answer, TestContext.Current.CancellationToken)).RefreshToken!;
    }
}

namespace PretendedApplication.Application;

/// <summary>Keeps the tokens of eAccounting itself, in a dictionary that stands for a database.</summary>
public class EAccountingKeeper(EAccountingIdentityClient identity, IDictionary<string, string> refreshTokens)
{
    public async Task<string> GetAccessTokenAsync(string user, CancellationToken cancellationToken)
    {
        TokenResponse tokens = await identity.RefreshAsync(refreshTokens[user], cancellationToken);
        refreshTokens[user] = tokens.RefreshToken ?? refreshTokens[user];
        return tokens.AccessToken;
    }

    public async Task ForgetAsync(string user, CancellationToken cancellationToken)
    {
        await identity.RevokeAsync(refreshTokens[user], cancellationToken);
        refreshTokens.Remove(user);
    }
}

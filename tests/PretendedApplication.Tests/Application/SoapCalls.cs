namespace PretendedApplication.Application;

/// <summary>Calls that need only the token.</summary>
public class SoapCalls(ITokenSource tokens)
{
    public async Task<string> CreateHeaderAsync(string tenantId, CancellationToken cancellationToken)
    {
        TokenKey key = TokenKey.ForTenant("erp", tenantId);
        try
        {
            return (await tokens.GetTokenAsync(key, cancellationToken)).AuthorizationHeader;
        }
        catch (ReauthorizationRequiredException ended)
        {
            return $"<!-- connect again: {ended.Key}, since {ended.Since:u}: {ended.Reason} -->";
        }
    }
}

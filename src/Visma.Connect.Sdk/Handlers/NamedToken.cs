namespace Visma.Connect.Sdk;

/// <summary>
/// Whose token a request is to carry: a tenant id (the string itself, so that nothing more is allocated), a <see cref="ConnectionName"/>, a
/// <see cref="TokenKey"/>, or null.
/// </summary>
internal static class NamedToken
{
    private const string Property = "Visma.Connect.Sdk.NamedToken";

    /// <exception cref="InvalidOperationException">The request names a token of another kind.</exception>
    public static void Set(HttpRequestMessage request, object named)
    {
        if (Get(request) is { } before && before.GetType() != named.GetType())
        {
            throw new InvalidOperationException(
                $"The request already names {Describe(before)}, and cannot carry the token of {Describe(named)} as well. Name one of them.");
        }

        RequestProperties.Set(request, Property, named);
    }

    public static object? Get(HttpRequestMessage request) => RequestProperties.Get(request, Property);

    public static string Describe(object named) => named switch
    {
        string tenant => $"tenant '{tenant}'",
        ConnectionName connection => $"connection '{connection.Value}'",
        var key => $"the token key {key}",
    };

    /// <summary>The key of the token that a request is to carry; the default key if the request names none.</summary>
    /// <exception cref="InvalidOperationException">The request names a token of another client.</exception>
    public static TokenKey KeyOf(HttpRequestMessage request, TokenKey defaultKey) => Get(request) switch
    {
        null => defaultKey,
        string tenant => defaultKey.ForTenant(tenant),
        ConnectionName connection => defaultKey.ForConnection(connection.Value),
        TokenKey key when string.Equals(key.Client, defaultKey.Client, StringComparison.OrdinalIgnoreCase) => key,
        var other => throw new InvalidOperationException(
            $"The request names a token of {other}, but its HttpClient sends tokens of client '{defaultKey.Client}' (AddVismaToken). Nothing was sent."),
    };
}

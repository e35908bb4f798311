namespace Visma.Connect.Sdk;

/// <summary>
/// Whose token a request is to carry: a tenant id (the string itself, so that nothing more is allocated), a <see cref="ConnectionName"/>, a
/// <see cref="TokenKey"/>, or null.
/// </summary>
internal static class NamedToken
{
    private const string Property = "Visma.Connect.Sdk.NamedToken";

    // Set before the first request names a token. Until then, no request needs to be searched for a name: .NET allocates the properties of a request
    // when they are first read.
    private static volatile bool _isUsed;

    /// <exception cref="InvalidOperationException">The request names a token of another kind, or a bound client has named another one.</exception>
    public static void Set(HttpRequestMessage request, object named)
    {
        object? before = Read(request);
        if (before is BoundName bound)
        {
            bound.Require(named);
            return;
        }

        if (before is not null && before.GetType() != named.GetType())
        {
            throw new InvalidOperationException(
                $"The request already names {Describe(before)}, and cannot carry the token of {Describe(named)} as well. Name one of them.");
        }

        _isUsed = true;
        RequestProperties.Set(request, Property, named);
    }

    /// <summary>Names the token of a bound client. After that, no handler can name another one on the request.</summary>
    public static void Bind(HttpRequestMessage request, BoundName bound)
    {
        _isUsed = true;
        RequestProperties.Set(request, Property, bound);
    }

    public static object? Get(HttpRequestMessage request) => Read(request) is var value && value is BoundName bound ? bound.Named : value;

    public static string Describe(object named) => named switch
    {
        string tenant => $"tenant '{tenant}'",
        ConnectionName connection => $"connection '{connection.Value}'",
        var key => $"the token key {key}",
    };

    /// <summary>The key of the token that a request is to carry; the default key if the request names none.</summary>
    /// <exception cref="InvalidOperationException">The request names a token of another client.</exception>
    public static TokenKey KeyOf(HttpRequestMessage request, TokenKey defaultKey) => KeyOf(Get(request), defaultKey);

    /// <inheritdoc cref="KeyOf(HttpRequestMessage, TokenKey)"/>
    public static TokenKey KeyOf(object? named, TokenKey defaultKey) => named switch
    {
        null => defaultKey,
        string tenant => defaultKey.ForTenant(tenant),
        ConnectionName connection => defaultKey.ForConnection(connection.Value),
        TokenKey key when string.Equals(key.Client, defaultKey.Client, StringComparison.OrdinalIgnoreCase) => key,
        var other => throw new InvalidOperationException(
            $"The request names a token of {other}, but its HttpClient sends tokens of client '{defaultKey.Client}' (AddVismaToken). Nothing was sent."),
    };

    private static object? Read(HttpRequestMessage request) => _isUsed ? RequestProperties.Get(request, Property) : null;
}

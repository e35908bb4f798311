namespace Visma.Connect.Sdk;

/// <summary>
/// Whose token a request was told to carry: a tenant id (its string as it is, so that naming it allocates no more than it must), a
/// connection, a whole key, or nothing.
/// </summary>
internal static class NamedToken
{
    private const string Property = "Visma.Connect.Sdk.NamedToken";

    public static void Set(HttpRequestMessage request, object named) => RequestProperties.Set(request, Property, named);

    public static object? Get(HttpRequestMessage request) => RequestProperties.Get(request, Property);
}

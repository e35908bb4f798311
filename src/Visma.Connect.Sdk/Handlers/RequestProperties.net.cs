namespace Visma.Connect.Sdk;

/// <summary>The properties of a request, which are not sent.</summary>
internal static class RequestProperties
{
    public static void Set(HttpRequestMessage request, string name, object value) =>
        request.Options.Set(new HttpRequestOptionsKey<object>(name), value);

    public static object? Get(HttpRequestMessage request, string name) =>
        request.Options.TryGetValue(new HttpRequestOptionsKey<object>(name), out object? value) ? value : null;

    public static void Copy(HttpRequestMessage from, HttpRequestMessage to)
    {
        to.VersionPolicy = from.VersionPolicy;
        foreach ((string name, object? value) in from.Options)
        {
            to.Options.Set(new HttpRequestOptionsKey<object?>(name), value);
        }
    }
}

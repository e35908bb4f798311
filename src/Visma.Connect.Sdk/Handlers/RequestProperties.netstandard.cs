namespace Visma.Connect.Sdk;

/// <summary>The properties of a request, which are not sent.</summary>
internal static class RequestProperties
{
    public static void Set(HttpRequestMessage request, string name, object value) => request.Properties[name] = value;

    public static object? Get(HttpRequestMessage request, string name) => request.Properties.TryGetValue(name, out object? value) ? value : null;

    public static void Copy(HttpRequestMessage from, HttpRequestMessage to)
    {
        foreach ((string name, object value) in from.Properties)
        {
            to.Properties[name] = value;
        }
    }
}

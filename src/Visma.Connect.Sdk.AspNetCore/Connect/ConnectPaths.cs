namespace Visma.Connect.Sdk;

/// <summary>The paths of the endpoints, below <see cref="VismaConnectEndpointOptions.Path"/>.</summary>
internal static class ConnectPaths
{
    public const string Start = "/connect/{client}/{connection}";
    public const string Callback = "/callback";
    public const string Reconnect = "/reconnect";

    /// <summary>The parameter that names an attempt at the callback, after its response was put into a cookie.</summary>
    public const string AttemptParameter = "attempt";

    public const string ReturnUrlParameter = "returnUrl";
    public const string LinkParameter = "link";

    /// <summary>Returns the local address of a start, with the path base of the application.</summary>
    public static string StartOf(string pathBase, VismaConnectEndpointOptions options, string client, string connection, string? returnUrl) => LocalPath.With(
        $"{pathBase}{options.Path}/connect/{Uri.EscapeDataString(client)}/{Uri.EscapeDataString(connection)}",
        (ReturnUrlParameter, returnUrl));
}

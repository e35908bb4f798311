namespace Visma.Connect.Sdk;

// By name, because these types belong to newer runtimes, or to a package that the library does not reference.
internal static partial class Resend
{
    private static bool IsMemory(HttpContent content) => content.GetType().FullName == "System.Net.Http.ReadOnlyMemoryContent";

    private static bool IsJson(HttpContent content, out object? value)
    {
        Type type = content.GetType();
        bool isJson = type.FullName == "System.Net.Http.Json.JsonContent";
        value = isJson ? type.GetProperty("Value")?.GetValue(content) : null;
        return isJson;
    }
}

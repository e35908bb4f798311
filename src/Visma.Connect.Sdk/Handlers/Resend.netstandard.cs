namespace Visma.Connect.Sdk;

// By name: these types are those of newer runtimes, or of a package that the library does without.
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

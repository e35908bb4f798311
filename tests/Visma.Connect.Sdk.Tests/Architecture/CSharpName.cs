using System.Globalization;
using System.Reflection;

namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>Writes a type or a value as C# does.</summary>
internal static class CSharpName
{
    // The namespaces that ImplicitUsings imports, and the product's. A type of any other namespace is written with its namespace.
    private static readonly HashSet<string?> Implicit =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks",
        .. PublicNamespace.All,
    ];

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(char)] = "char",
        [typeof(byte)] = "byte",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    /// <summary>The name of a type. Where annotations are given, a reference that can be null has its question mark.</summary>
    public static string Of(Type type, NullabilityInfo? nullability = null)
    {
        if (type.IsByRef)
        {
            return Of(type.GetElementType()!, nullability);
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Name(underlying, nullability) + "?";
        }

        return Name(type, nullability) + (!type.IsValueType && nullability?.ReadState == NullabilityState.Nullable ? "?" : "");
    }

    /// <summary>A constant, or the default of a parameter.</summary>
    public static string OfValue(object? value, Type type) => value switch
    {
        null => type.IsValueType && Nullable.GetUnderlyingType(type) is null ? "default" : "null",
        string text => $"\"{text}\"",
        bool truth => truth ? "true" : "false",
        char character => $"'{character}'",
        _ when type.IsEnum => $"{Of(type)}.{Enum.ToObject(type, value)}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Name(Type type, NullabilityInfo? nullability)
    {
        if (Keywords.TryGetValue(type, out string? keyword))
        {
            return keyword;
        }

        if (type.IsArray)
        {
            return $"{Of(type.GetElementType()!, nullability?.ElementType)}[]";
        }

        string name = type.Name.Split('`')[0];
        if (type.IsGenericType)
        {
            NullabilityInfo[] known = nullability?.GenericTypeArguments ?? [];
            name += $"<{string.Join(", ", type.GetGenericArguments().Select((argument, index) => Of(argument, known.ElementAtOrDefault(index))))}>";
        }

        return type switch
        {
            { IsGenericParameter: true } => name,
            { DeclaringType: { } declaring } => $"{Of(declaring)}.{name}",
            _ when Implicit.Contains(type.Namespace) => name,
            _ => $"{type.Namespace}.{name}",
        };
    }
}

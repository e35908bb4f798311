using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>Creates instances of the public types of the core that hold data, with every part of them filled in.</summary>
internal static partial class DataTypes
{
    /// <summary>The content of every text that is secret, or says who a user is.</summary>
    public const string Private = "pr1vate";

    // Types without a public constructor, and types that equal only themselves.
    private static readonly Dictionary<Type, Func<object>> Made = new()
    {
        [typeof(AuthorizationResponse)] = () => AuthorizationResponse.FromQuery($"code={Private}&state={Private}&error=x&error_description={Private}"),
        [typeof(TokenKey)] = () => TokenKey.ForConnection("client", "connection"),
        [typeof(TokenEntrySerializer)] = () => TokenEntrySerializer.Unprotected,
    };

    private static readonly UnreadableEntryException Fault = new("unreadable");

    public static IEnumerable<Type> Records => All.Where(type => type.GetMethod("<Clone>$") is not null);

    /// <summary>The types that have a text of their own.</summary>
    public static IEnumerable<Type> WithText => All.Where(type => type.GetMethod(nameof(ToString), [])!.DeclaringType == type);

    private static IEnumerable<Type> All =>
        Product.WrittenTypes(Product.Core).Where(type => type is { IsVisible: true, IsClass: true, IsAbstract: false, ContainsGenericParameters: false });

    /// <summary>A new instance. All instances of a type have equal parts, and no two instances share a list.</summary>
    /// <param name="type">The type.</param>
    /// <param name="variant">Another number makes other parts.</param>
    public static object Create(Type type, int variant = 0)
    {
        if (Made.TryGetValue(type, out Func<object>? make))
        {
            return make();
        }

        ConstructorInfo constructor = type.GetConstructors().OrderByDescending(candidate => candidate.GetParameters().Length).First();
        object instance = constructor.Invoke([.. constructor.GetParameters().Select(parameter => Value(parameter.ParameterType, parameter.Name!, variant))]);
        foreach (PropertyInfo property in Settable(type))
        {
            property.SetValue(instance, Value(property.PropertyType, property.Name, variant));
        }

        return instance;
    }

    public static IEnumerable<PropertyInfo> Settable(Type type) => type
        .GetProperties()
        .Where(property => property.SetMethod?.IsPublic == true && property.GetIndexParameters().Length == 0);

    public static object Value(Type type, string name, int variant) => type switch
    {
        _ when Nullable.GetUnderlyingType(type) is { } underlying => Value(underlying, name, variant),
        _ when type == typeof(string) => Text(name, variant),
        _ when type == typeof(bool) => variant == 0,
        _ when type == typeof(int) => 7 + variant,
        _ when type == typeof(long) => 7L + variant,
        _ when type == typeof(TimeSpan) => TimeSpan.FromMinutes(7 + variant),
        _ when type == typeof(DateTimeOffset) => DateTimeOffset.UnixEpoch.AddDays(7 + variant),
        _ when type == typeof(Uri) => new Uri($"https://{name.ToLowerInvariant()}{variant}.example/"),
        _ when type == typeof(JsonElement) => JsonSerializer.SerializeToElement(new { sub = Private, iss = Private, jti = Private }),
        _ when type == typeof(KeyValuePair<string, string>) => KeyValuePair.Create(Text(name, variant), Text(name, variant)),
        _ when type == typeof(UnreadableEntryException) || type == typeof(VismaConnectException) => variant == 0 ? Fault : new UnreadableEntryException(),
        _ when type.IsEnum => Enum.GetValues(type).GetValue(variant)!,
        _ when ItemOf(type) is { } item => List(item, name, variant),
        _ => Create(type, variant),
    };

    private static string Text(string name, int variant) => PrivateNames().IsMatch(name) ? $"{Private}{variant}" : $"{name}{variant}";

    private static Type? ItemOf(Type type) => type.IsInterface && type.IsGenericType && type.GetGenericArguments() is [_]
        ? type.GetGenericArguments()[0]
        : null;

    private static Array List(Type item, string name, int variant)
    {
        Array list = Array.CreateInstance(item, 2);
        list.SetValue(Value(item, name, variant), 0);
        list.SetValue(Value(item, name, variant), 1);
        return list;
    }

    [GeneratedRegex("subject|user|claims|secret|verifier|nonce|state|accesstoken|refreshtoken|idtoken|^value$", RegexOptions.IgnoreCase)]
    private static partial Regex PrivateNames();
}

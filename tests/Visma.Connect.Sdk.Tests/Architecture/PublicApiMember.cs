using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>A public or protected member as a line of C#, without its body.</summary>
internal static class PublicApiMember
{
    private static readonly NullabilityInfoContext Annotations = new();

    public static string Of(MemberInfo member) => member switch
    {
        FieldInfo { DeclaringType.IsEnum: true } value => string.Create(CultureInfo.InvariantCulture, $"{value.Name} = {value.GetRawConstantValue()}"),
        FieldInfo field => Field(field),
        PropertyInfo property => Property(property),
        EventInfo @event => $"{Modifiers(@event.AddMethod!)}event {CSharpName.Of(@event.EventHandlerType!, Annotations.Create(@event))} {@event.Name}",
        ConstructorInfo constructor => $"{Modifiers(constructor)}{SourceTree.NameOf(constructor.DeclaringType!)}({Parameters(constructor)})",
        MethodInfo method => Method(method),
        _ => throw new ArgumentException($"{member} is not a member of an API.", nameof(member)),
    };

    /// <summary>The constraints of type parameters, each with its <c>where</c>. Empty when there are none.</summary>
    public static string Constraints(Type[] typeParameters) => string.Concat(typeParameters
        .Select(parameter => (parameter.Name, Rules: string.Join(", ", Constraints(parameter))))
        .Where(constraint => constraint.Rules.Length > 0)
        .Select(constraint => $" where {constraint.Name} : {constraint.Rules}"));

    /// <summary>The access that a method gives outside its assembly: empty for public, <c>protected</c>, or null for no access.</summary>
    public static string? Access(MethodBase method) =>
        method.IsPublic ? ""
        : method.IsFamily || method.IsFamilyOrAssembly ? "protected "
        : null;

    /// <summary>
    /// Whether an item has an attribute of this name. An assembly for netstandard2.0 declares many of the compiler's attributes itself.
    /// </summary>
    public static bool Is(ICustomAttributeProvider item, string attribute) =>
        item.GetCustomAttributes(inherit: false).Any(given => given.GetType().Name == attribute);

    private static string Field(FieldInfo field)
    {
        string access = field.IsPublic ? "" : "protected ";
        string modifiers = field.IsLiteral ? "const " : (field.IsStatic ? "static " : "") + (field.IsInitOnly ? "readonly " : "");
        string value = field.IsLiteral ? $" = {CSharpName.OfValue(field.GetRawConstantValue(), field.FieldType)}" : "";
        return $"{access}{modifiers}{CSharpName.Of(field.FieldType, Annotations.Create(field))} {field.Name}{value}";
    }

    private static string Property(PropertyInfo property)
    {
        MethodInfo most = property.GetAccessors(nonPublic: true).First(accessor => Access(accessor) is not null);
        string required = Is(property, nameof(RequiredMemberAttribute)) ? "required " : "";
        string name = property.GetIndexParameters() is { Length: > 0 } indexes ? $"this[{string.Join(", ", indexes.Select(Parameter))}]" : property.Name;
        IEnumerable<string?> accessors = [Accessor(property.GetMethod, "get"), Accessor(property.SetMethod, IsInit(property) ? "init" : "set")];
        return $"{Modifiers(most)}{required}{CSharpName.Of(property.PropertyType, Annotations.Create(property))} {name} {{ {string.Concat(accessors)}}}";

        string? Accessor(MethodInfo? accessor, string word) => accessor is null || Access(accessor) is not { } access ? null
            : access == Access(most) ? $"{word}; "
            : $"{access}{word}; ";
    }

    private static bool IsInit(PropertyInfo property) =>
        property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Any(modifier => modifier.Name == "IsExternalInit") == true;

    private static string Method(MethodInfo method)
    {
        string typeParameters = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";
        string byReference = method.ReturnType.IsByRef ? "ref " : "";
        string result = CSharpName.Of(method.ReturnType, Annotations.Create(method.ReturnParameter));
        return $"{Modifiers(method)}{byReference}{result} {method.Name}{typeParameters}({Parameters(method)})"
            + Constraints(method.IsGenericMethod ? method.GetGenericArguments() : []);
    }

    private static string Modifiers(MethodBase method)
    {
        string access = Access(method)!;
        bool isOverride = method is MethodInfo { IsVirtual: true } overriding && overriding.GetBaseDefinition() != overriding;
        return access + method switch
        {
            { IsStatic: true } => "static ",
            { IsAbstract: true, DeclaringType.IsInterface: true } => "",
            { IsAbstract: true } => "abstract ",
            { IsFinal: true } when isOverride => "sealed override ",
            _ when isOverride => "override ",
            { IsVirtual: true, IsFinal: false } => "virtual ",
            _ => "",
        };
    }

    private static string Parameters(MethodBase method)
    {
        string extended = Is(method, nameof(ExtensionAttribute)) ? "this " : "";
        return extended + string.Join(", ", method.GetParameters().Select(Parameter));
    }

    private static string Parameter(ParameterInfo parameter)
    {
        string direction = !parameter.ParameterType.IsByRef ? "" : parameter.IsOut ? "out " : parameter.IsIn ? "in " : "ref ";
        string many = Is(parameter, nameof(ParamArrayAttribute)) || Is(parameter, nameof(ParamCollectionAttribute)) ? "params " : "";
        string value = parameter.HasDefaultValue ? $" = {CSharpName.OfValue(parameter.RawDefaultValue, parameter.ParameterType)}" : "";
        return $"{many}{direction}{CSharpName.Of(parameter.ParameterType, Annotations.Create(parameter))} {parameter.Name}{value}";
    }

    private static IEnumerable<string> Constraints(Type parameter)
    {
        GenericParameterAttributes rules = parameter.GenericParameterAttributes;
        if (rules.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
        {
            yield return "class";
        }

        if (rules.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint))
        {
            yield return "struct";
            yield break;
        }

        foreach (Type constraint in parameter.GetGenericParameterConstraints())
        {
            yield return CSharpName.Of(constraint);
        }

        if (rules.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint))
        {
            yield return "new()";
        }
    }
}

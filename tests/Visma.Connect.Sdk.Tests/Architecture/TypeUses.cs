using System.Reflection;

namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>The types that a type uses in its declaration, its attributes, its signatures and the bodies of its methods.</summary>
internal static class TypeUses
{
    /// <summary>
    /// The uses by a type and by the types nested in it. Those include its lambdas, iterators and async methods, which the compiler turns
    /// into nested types. The compiled code does not show the use of a constant: see <see cref="ConstantUses"/>.
    /// </summary>
    public static IEnumerable<TypeUse> Of(Type type)
    {
        IEnumerable<TypeUse> own = Declaration(type).SelectMany(Parts).Select(used => new TypeUse(used, type.Name));
        IEnumerable<TypeUse> members = Product.Members(type).SelectMany(
            member => OfMember(member).SelectMany(Parts).Select(used => new TypeUse(used, $"{type.Name}.{member.Name}")));
        IEnumerable<TypeUse> nested = type.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic).SelectMany(Of);
        return own.Concat(members).Concat(nested).Distinct();
    }

    private static IEnumerable<Type?> Declaration(Type type) =>
    [
        type.BaseType,
        .. type.GetInterfaces(),
        .. Constraints(type.GetGenericArguments()),
        .. Attributes(type.GetCustomAttributesData()),
    ];

    private static IEnumerable<Type?> OfMember(MemberInfo member) => Attributes(member.GetCustomAttributesData()).Concat(member switch
    {
        FieldInfo field => [field.FieldType],
        PropertyInfo property => [property.PropertyType],
        EventInfo @event => [@event.EventHandlerType],
        MethodBase method => Signature(method).Concat(Body(method)),
        _ => [],
    });

    private static IEnumerable<Type?> Signature(MethodBase method)
    {
        IEnumerable<ParameterInfo> result = method is MethodInfo { ReturnParameter: var returned } ? [returned] : [];
        return method.GetParameters().Concat(result)
            .SelectMany(parameter => Attributes(parameter.GetCustomAttributesData()).Append(parameter.ParameterType))
            .Concat(method.IsGenericMethod ? Constraints(method.GetGenericArguments()) : []);
    }

    private static IEnumerable<Type?> Body(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body)
        {
            return [];
        }

        return
        [
            .. body.LocalVariables.Select(local => local.LocalType),
            .. body.ExceptionHandlingClauses.Where(clause => clause.Flags == ExceptionHandlingClauseOptions.Clause).Select(clause => clause.CatchType),
            .. MethodBodyReader.MembersNamedIn(method).SelectMany(Named),
        ];
    }

    // Not the types in the signature of the called method: code that only passes a value on depends on the method, not on the value's type.
    private static IEnumerable<Type?> Named(MemberInfo member) => member switch
    {
        Type type => [type],
        MethodInfo { IsGenericMethod: true } method => [method.DeclaringType, .. method.GetGenericArguments()],
        _ => [member.DeclaringType],
    };

    private static IEnumerable<Type?> Constraints(Type[] typeArguments) =>
        typeArguments.Where(argument => argument.IsGenericParameter).SelectMany(parameter => parameter.GetGenericParameterConstraints());

    private static IEnumerable<Type?> Attributes(IEnumerable<CustomAttributeData> attributes) => attributes.SelectMany(attribute =>
        attribute.ConstructorArguments
            .Concat(attribute.NamedArguments.Select(named => named.TypedValue))
            .SelectMany(Argument)
            .Append(attribute.AttributeType));

    private static IEnumerable<Type?> Argument(CustomAttributeTypedArgument argument) => argument.Value switch
    {
        Type type => [type, argument.ArgumentType],
        IEnumerable<CustomAttributeTypedArgument> items => items.SelectMany(Argument),
        _ => [argument.ArgumentType],
    };

    // List<Redirect[]> uses List and Redirect.
    private static IEnumerable<Type> Parts(Type? type) => type switch
    {
        null or { IsGenericParameter: true } => [],
        { HasElementType: true } => Parts(type.GetElementType()),
        { IsConstructedGenericType: true } => type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition()),
        _ => [type],
    };
}

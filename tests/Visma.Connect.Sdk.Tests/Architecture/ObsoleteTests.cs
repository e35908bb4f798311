using System.Reflection;
using System.Runtime.CompilerServices;

namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>Everything that an application uses VNI with is obsolete, under one diagnostic id.</summary>
public class ObsoleteTests
{
    private static readonly List<MemberInfo> Public =
        [.. Product.WrittenTypes(Product.Core).Where(type => type.IsVisible).SelectMany(type => PublicMembers(type).Prepend(type))];

    [Fact]
    public void Every_public_member_with_vni_in_its_name_is_obsolete_and_no_other() => Assert.Equal(
        Public.Where(member => member.Name.Contains("Vni", StringComparison.Ordinal)).Select(NameOf).Order(),
        Public.Where(member => Find(member) is not null).Select(NameOf).Order());

    // The id is a promise: an application suppresses it by name. On netstandard2.0, the attribute is the library's own.
    [Fact]
    public void Obsolete_members_have_an_id_and_a_page() => Assert.All(Public.Select(Find).OfType<CustomAttributeData>(), attribute =>
    {
        Assert.Equal("System.ObsoleteAttribute", attribute.AttributeType.FullName);
        Assert.Contains("docs/vni.md", (string)attribute.ConstructorArguments.Single().Value!, StringComparison.Ordinal);
        Assert.Equal(["VISMA001", "https://docs.vismasoftware.no/vismanetapi/end-of-life-notices"], attribute.NamedArguments.Select(argument => argument.TypedValue.Value));
    });

    private static IEnumerable<MemberInfo> PublicMembers(Type type) => type
        .GetMembers(BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance)
        .Where(member => member is not Type and not MethodBase { IsSpecialName: true } && !member.IsDefined(typeof(CompilerGeneratedAttribute)));

    private static string NameOf(MemberInfo member) => member is Type type ? type.Name : $"{member.DeclaringType!.Name}.{member.Name}";

    private static CustomAttributeData? Find(MemberInfo member) =>
        member.CustomAttributes.SingleOrDefault(attribute => attribute.AttributeType.Name == nameof(ObsoleteAttribute));
}

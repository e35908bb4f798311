namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>The tests of the folder order and of circles are only as good as the list of uses that they read.</summary>
public class TypeUsesTests
{
    private static readonly HashSet<Type> Seen = [.. TypeUses.Of(typeof(TypeUsesSample)).Select(use => use.Used)];

    [Fact]
    public void A_use_is_seen_in_every_place()
    {
        IEnumerable<Type> used = typeof(TypeUsesSample).GetNestedTypes()
            .Where(type => type.Name.StartsWith("In", StringComparison.Ordinal) || type == typeof(TypeUsesSample.AfterSwitch));

        Assert.Empty(used.Except(Seen));
    }

    [Fact]
    public void A_type_that_is_not_used_is_not_seen() => Assert.DoesNotContain(typeof(TypeUsesSample.Nowhere), Seen);

    [Fact]
    public void A_constant_is_seen_although_the_compiled_code_does_not_show_it() =>
        Assert.Contains(typeof(GrantTypes), ConstantUses.Of(typeof(VismaAuthority), [typeof(GrantTypes), typeof(TenantUse)]).Select(use => use.Used));
}

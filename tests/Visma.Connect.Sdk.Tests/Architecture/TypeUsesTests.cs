namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>The order of the folders is worth as much as what its test sees.</summary>
public class TypeUsesTests
{
    private static readonly HashSet<Type> Seen = [.. TypeUses.Of(typeof(TypeUsesSample)).Select(use => use.Used)];

    [Fact]
    public void A_use_is_seen_wherever_it_stands()
    {
        IEnumerable<Type> used = typeof(TypeUsesSample).GetNestedTypes()
            .Where(type => type.Name.StartsWith("In", StringComparison.Ordinal) || type == typeof(TypeUsesSample.AfterSwitch));

        Assert.Empty(used.Except(Seen));
    }

    [Fact]
    public void What_is_used_nowhere_is_not_seen() => Assert.DoesNotContain(typeof(TypeUsesSample.Nowhere), Seen);

    [Fact]
    public void A_constant_is_seen_although_it_is_compiled_away() =>
        Assert.Contains(typeof(GrantTypes), ConstantUses.Of(typeof(VismaAuthority), [typeof(GrantTypes), typeof(TenantUse)]).Select(use => use.Used));
}

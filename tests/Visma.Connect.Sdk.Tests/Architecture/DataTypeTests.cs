using System.Reflection;

namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>What the public types that hold data promise: equality where they are records, and a ToString that tells no secret.</summary>
public class DataTypeTests
{
    public static TheoryData<Type> Records => [.. DataTypes.Records];

    public static TheoryData<Type> TypesWithText => [.. DataTypes.WithText];

    [Theory]
    [MemberData(nameof(Records))]
    public void Records_with_equal_parts_are_equal_also_if_they_share_no_list(Type record)
    {
        object one = DataTypes.Create(record);
        object other = DataTypes.Create(record);

        Assert.True(one.Equals(other), $"Two instances of {record.Name} with equal parts are not equal. A list in it compares by reference: use ValueList, or a class.");
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
    }

    [Theory]
    [MemberData(nameof(Records))]
    public void Records_that_differ_in_one_part_are_not_equal(Type record)
    {
        object one = DataTypes.Create(record);

        foreach (PropertyInfo property in DataTypes.Settable(record))
        {
            object other = DataTypes.Create(record);
            property.SetValue(other, DataTypes.Value(property.PropertyType, property.Name, variant: 1));
            Assert.False(one.Equals(other), $"Two instances of {record.Name} that differ in {property.Name} are equal.");
        }
    }

    [Theory]
    [MemberData(nameof(TypesWithText))]
    public void Text_of_a_type_has_no_secret_no_subject_and_no_type_name(Type type)
    {
        string text = DataTypes.Create(type).ToString()!;

        Assert.DoesNotContain(DataTypes.Private, text, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("`", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Visma.Connect.Sdk.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Types_of_every_kind_are_looked_at()
    {
        Assert.Contains(typeof(VismaApi), DataTypes.Records);
        Assert.Contains(typeof(TokenResponse), DataTypes.WithText);
        Assert.Contains(typeof(VismaConnection), DataTypes.WithText);
    }
}

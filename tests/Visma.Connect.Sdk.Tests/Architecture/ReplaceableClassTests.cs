namespace Visma.Connect.Sdk.Tests.Architecture;

public class ReplaceableClassTests
{
    [Fact]
    public void A_class_with_virtual_members_and_a_constructor_without_parameters_is_replaceable() => Assert.True(ReplaceableClass.Is(typeof(Replaceable)));

    [Theory]
    [InlineData(typeof(WithPlainMethod))]
    [InlineData(typeof(WithPlainProperty))]
    [InlineData(typeof(WithInterfaceMethod))]
    [InlineData(typeof(WithoutConstructor))]
    [InlineData(typeof(WithPrivateConstructor))]
    public void Any_other_class_is_not(Type type) => Assert.False(ReplaceableClass.Is(type));

    public class Replaceable
    {
        public Replaceable(string text) => Text = text;

        protected Replaceable()
        {
        }

        public virtual string? Text { get; }

        public static int Static() => Private();

        public virtual void Method() => Internal();

        public override string ToString() => "";

        internal static void Internal()
        {
        }

        private static int Private() => 0;
    }

    public class WithPlainMethod
    {
        public override string ToString() => Method();

        public string Method() => base.ToString()!;
    }

    public class WithPlainProperty
    {
        public string? Text { get; set; }
    }

    // A method that implements an interface is virtual in the assembly, and sealed.
    public class WithInterfaceMethod : IDisposable
    {
        public void Dispose() => GC.SuppressFinalize(this);
    }

    public class WithoutConstructor(string text)
    {
        public virtual string Text => text;
    }

    public class WithPrivateConstructor
    {
        private WithPrivateConstructor()
        {
        }

        public static WithPrivateConstructor Create() => new();
    }
}

using System.Reflection;

namespace Visma.Connect.Sdk.Tests.Architecture;

public class StrongNameTests
{
    // An application with a strong name cannot load an assembly without one on .NET Framework.
    [Fact]
    public void Packages_and_what_they_need_have_strong_names()
    {
        IEnumerable<AssemblyName> names = Product.Assemblies.SelectMany(assembly => assembly.GetReferencedAssemblies().Prepend(assembly.GetName()));

        Assert.Empty(names.Where(name => name.GetPublicKeyToken() is not { Length: > 0 }).Select(name => name.Name).Distinct());
    }
}

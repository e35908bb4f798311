using System.Reflection;
using System.Runtime.Versioning;

namespace Visma.Connect.Sdk.Tests;

public class TargetTests
{
    [Fact]
    public void These_tests_run_on_the_target_that_their_project_names()
    {
        string? target = typeof(AccessToken).Assembly.GetCustomAttribute<TargetFrameworkAttribute>()?.FrameworkName;

#if CORE_NETSTANDARD
        Assert.Equal(".NETStandard,Version=v2.0", target);
#else
        Assert.Equal(".NETCoreApp,Version=v10.0", target);
#endif
    }
}

#pragma warning disable VISMA001 // The library still supports VNI.

using System.Reflection;

namespace Visma.Connect.Sdk.Tests.Wire;

// The three typed clients have one shape: the same act has the same name and the same parameters.
public class TypedClientShapeTests
{
    private static readonly Type[] Clients = [typeof(VismaConnectClient), typeof(EAccountingIdentityClient), typeof(VniClient)];

    [Fact]
    public void Same_act_has_the_same_name_and_parameters_in_every_client() => Assert.All(
        Clients.SelectMany(Methods).GroupBy(method => method.Name),
        act => Assert.Single(act.Select(Signature).Distinct()));

    [Fact]
    public void Both_openid_connect_servers_are_asked_for_the_same_things_and_vni_for_fewer()
    {
        string[] ofBoth = ["CreateAuthorizationRequest", "CreateEndSessionUrl", "DiscoverAsync", "Dispose", "ExchangeCodeAsync", "GetUserInfoAsync", "RefreshAsync", "RevokeAsync", "ValidateIdTokenAsync", "ValidateLogoutTokenAsync", "get_Issuer"];

        Assert.Equal(ofBoth.Concat(["RequestClientCredentialsTokenAsync", "RequestExtensionGrantTokenAsync"]).Order(), Names(typeof(VismaConnectClient)));
        Assert.Equal(ofBoth.Append("RevokeAccessTokenAsync").Order(), Names(typeof(EAccountingIdentityClient)));
        Assert.Equal(["CreateAuthorizationRequest", "Dispose", "ExchangeCodeAsync", "GetCompaniesAsync", "RevokeAsync"], Names(typeof(VniClient)));
    }

    [Fact]
    public void Every_client_is_created_with_the_same_parameters() =>
        Assert.Single(Clients.Select(client => string.Join(", ", client.GetConstructors().Single().GetParameters().Select(parameter => parameter.ToString()))).Distinct());

    [Fact]
    public async Task Method_that_a_double_does_not_override_says_so()
    {
        using VismaConnectClient visma = new VismaConnectDouble();
        using EAccountingIdentityClient eAccounting = new EAccountingDouble();
        using VniClient vni = new VniDouble();

        InvalidOperationException[] errors =
        [
            await Assert.ThrowsAsync<InvalidOperationException>(() => visma.RefreshAsync("r3fresh", TestApp.Cancellation)),
            await Assert.ThrowsAsync<InvalidOperationException>(() => eAccounting.GetUserInfoAsync("t0ken", cancellationToken: TestApp.Cancellation)),
            await Assert.ThrowsAsync<InvalidOperationException>(() => vni.GetCompaniesAsync("t0ken", TestApp.Cancellation)),
        ];

        Assert.All(errors, error => Assert.Contains("Double has no server: the constructor for derived classes created it. Override", error.Message, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Names(Type client) => Methods(client).Select(method => method.Name).Distinct().Order();

    private static IEnumerable<MethodInfo> Methods(Type client) =>
        client.GetMethods(BindingFlags.Public | BindingFlags.Instance).Where(method => method.DeclaringType != typeof(object));

    private static string Signature(MethodInfo method) => $"{method.ReturnType} ({string.Join(", ", method.GetParameters().Select(parameter => $"{parameter} {parameter.HasDefaultValue}"))})";

    private sealed class VismaConnectDouble : VismaConnectClient;

    private sealed class EAccountingDouble : EAccountingIdentityClient;

    private sealed class VniDouble : VniClient;
}

using Microsoft.Extensions.DependencyInjection;
using Visma.Connect.Sdk.AspNetCore.Tests.Infrastructure;

namespace Visma.Connect.Sdk.AspNetCore.Tests.SignOut;

/// <summary>Signing out is not disconnecting.</summary>
public class ConnectionTests
{
    [Fact]
    public async Task Connections_without_a_refresh_token_end_with_the_session_and_no_others()
    {
        await using SignOutApp app = await SignOutApp.StartAsync();
        VismaConnections connections = app.ServicesOf().GetRequiredService<VismaConnections>();
        FakeUser other = app.Visma.AddUser("Ola Nordmann", app.User.Companies[0]);
        await ConnectAsync(app, "of-the-session", app.User);
        await ConnectAsync(app, "of-another-user", other);
        await ConnectAsync(app, "with-offline-access", app.User, "offline_access");

        await app.LogOutAsync(app.Visma.Connect.CreateLogoutToken(app.Client, app.User, "s-1"));

        await Eventually.TrueAsync(async () => await connections.FindAsync("web", "of-the-session", SignOutApp.Cancellation) is null);
        Assert.NotNull(await connections.FindAsync("web", "of-another-user", SignOutApp.Cancellation));
        Assert.NotNull(await connections.FindAsync("web", "with-offline-access", SignOutApp.Cancellation));
    }

    private static async Task ConnectAsync(SignOutApp app, string name, FakeUser user, string scope = "openid")
    {
        VismaConnections connections = app.ServicesOf().GetRequiredService<VismaConnections>();
        AuthorizationRequest start = connections.Begin(
            "web", name, new AuthorizationRequestOptions { Scopes = { "openid", "business-graphql-api:access-group-based", scope } });
        FakeCallback callback = await app.Visma.SignInAsync(start.Url, user, cancellationToken: SignOutApp.Cancellation);
        AuthorizationResponse response = callback.FormBody is { } form ? AuthorizationResponse.FromForm(form) : AuthorizationResponse.FromUri(callback.Uri);
        await connections.CompleteAsync(start, response, SignOutApp.Cancellation);
    }
}

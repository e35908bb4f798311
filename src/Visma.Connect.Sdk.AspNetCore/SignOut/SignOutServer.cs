using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk;

/// <summary>The identity server at which the users of the application sign in.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class SignOutServer(IServiceProvider services, string clientName)
{
    private readonly VismaConnectClient _client = services.GetRequiredKeyedService<VismaConnectClient>(clientName);

    /// <summary>Whether a message names this server. It is compared byte for byte (OpenID Connect Core 1.0 section 3.1.3.7).</summary>
    public async Task<bool> IsIssuerAsync(string? issuer, CancellationToken cancellationToken)
    {
        try
        {
            await _client.DiscoverAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (VismaConnectException)
        {
            return false;
        }

        return issuer is not null && string.Equals(issuer, _client.Issuer, StringComparison.Ordinal);
    }

    /// <summary>The origin of the server, which may show the front-channel logout in a frame. Null if it is not known.</summary>
    public string? Origin => Uri.TryCreate(_client.Issuer, UriKind.Absolute, out Uri? issuer) ? issuer.GetLeftPart(UriPartial.Authority) : null;

    public Task<LogoutToken> ValidateLogoutTokenAsync(string logoutToken, CancellationToken cancellationToken) =>
        _client.ValidateLogoutTokenAsync(logoutToken, cancellationToken);

    public async Task<Uri> EndSessionUrlAsync(string? idToken, string? postLogoutRedirectUri, CancellationToken cancellationToken)
    {
        await _client.DiscoverAsync(cancellationToken).ConfigureAwait(false);
        return _client.CreateEndSessionUrl(idToken, postLogoutRedirectUri);
    }
}

using System.Net;
using System.Net.Http.Headers;
using Visma.Connect.Sdk.Benchmarks.Network;

namespace Visma.Connect.Sdk.Benchmarks.Peers;

/// <summary>The warm path of a handler for one token, written by hand: check the expiry, attach the token, check for a 401.</summary>
internal sealed class HandWrittenHandler : DelegatingHandler
{
    private readonly Held _held = new(
        new AuthenticationHeaderValue("Bearer", new string('t', StubTokenEndpoint.UsualLength)), DateTimeOffset.UtcNow.AddDays(1));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (DateTimeOffset.UtcNow >= _held.RenewAt)
        {
            throw new NotSupportedException("A benchmark takes less than a day.");
        }

        request.Headers.Authorization = _held.Header;
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return response.StatusCode == HttpStatusCode.Unauthorized
            ? throw new NotSupportedException("The stub refuses nobody.")
            : response;
    }

    private sealed record Held(AuthenticationHeaderValue Header, DateTimeOffset RenewAt);
}

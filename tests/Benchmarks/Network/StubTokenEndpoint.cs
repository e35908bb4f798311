using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Visma.Connect.Sdk.Benchmarks.Network;

/// <summary>A token endpoint without a network. It counts its requests.</summary>
/// <param name="latency">The time until it answers. Zero: it answers at once, always with the same token.</param>
/// <remarks>A DelegatingHandler, because the library checks that the transport below it follows no redirects.</remarks>
internal sealed class StubTokenEndpoint(TimeSpan latency = default) : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false })
{
    /// <summary>The length of Visma's tokens.</summary>
    public const int UsualLength = 900;

    private static readonly TimeSpan OneDay = TimeSpan.FromDays(1);

    private byte[]? _sameReply;
    private int _requests;
    private int _inFlight;
    private int _mostInFlight;

    /// <summary>The clock of clients that let an application choose one. Default: the system's clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The length of the tokens in characters. Default: <see cref="UsualLength"/>.</summary>
    public int TokenLength { get; init; } = UsualLength;

    /// <summary>The lifetime of the first token. All others live for a day.</summary>
    public TimeSpan FirstLifetime { get; init; } = OneDay;

    public int Requests => Volatile.Read(ref _requests);

    public int MostInFlight => Volatile.Read(ref _mostInFlight);

    /// <summary>Issues a token to a client that does not ask by HTTP.</summary>
    public async Task<(string Token, TimeSpan Lifetime)> IssueAsync()
    {
        int number = Interlocked.Increment(ref _requests);
        int inFlight = Interlocked.Increment(ref _inFlight);
        int most;
        while (inFlight > (most = MostInFlight) && Interlocked.CompareExchange(ref _mostInFlight, inFlight, most) != most)
        {
        }

        await Task.Delay(latency);
        Interlocked.Decrement(ref _inFlight);
        return (number.ToString(CultureInfo.InvariantCulture).PadRight(TokenLength, 't'), number == 1 ? FirstLifetime : OneDay);
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        latency == TimeSpan.Zero ? Task.FromResult(Response(_sameReply ??= Reply(new string('t', TokenLength), OneDay))) : AnswerLaterAsync();

    private static HttpResponseMessage Response(byte[] reply)
    {
        ByteArrayContent body = new(reply);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = body };
    }

    private static byte[] Reply(string token, TimeSpan lifetime) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"access_token":"{{token}}","expires_in":{{lifetime.TotalSeconds}},"token_type":"Bearer","scope":"vismanet_erp_service_api:read"}"""));

    private async Task<HttpResponseMessage> AnswerLaterAsync()
    {
        (string token, TimeSpan lifetime) = await IssueAsync();
        return Response(Reply(token, lifetime));
    }
}

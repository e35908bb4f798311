namespace Visma.Connect.Sdk;

/// <summary>
/// Attaches a token to a message while it is sent, with the headers of VNI where they are needed. So a retry outside the library's handler gets a
/// current token, and the token does not stay in a message that is kept.
/// </summary>
internal sealed class TokenAttachment(VniHeaders? vni)
{
    public const string Authorization = "Authorization";

    public void Attach(HttpRequestMessage request, AccessToken token)
    {
        request.Headers.TryAddWithoutValidation(Authorization, token.AuthorizationHeader);
        vni?.Attach(request);
    }

    public void Detach(HttpRequestMessage request)
    {
        request.Headers.Remove(Authorization);
        if (vni is not null)
        {
            VniHeaders.Detach(request);
        }
    }

    /// <summary>Ends what <see cref="MessageInFlight.TryBegin"/> began.</summary>
    public void End(HttpRequestMessage request)
    {
        Detach(request);
        MessageInFlight.End(request);
    }
}

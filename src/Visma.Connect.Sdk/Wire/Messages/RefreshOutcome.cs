using System.Net;
using Duende.IdentityModel;

namespace Visma.Connect.Sdk;

/// <summary>The outcome of sending a refresh token once. It contains secrets.</summary>
internal sealed class RefreshOutcome
{
    private RefreshOutcome(RefreshResult result) => Result = result;

    public RefreshResult Result { get; }

    /// <summary>The tokens. Null unless the token was exchanged.</summary>
    public TokenResponse? Tokens { get; private init; }

    /// <summary>The new refresh token in a reply that is otherwise unusable.</summary>
    public string? SalvagedRefreshToken { get; private init; }

    /// <summary>The failure. Null if the token was exchanged.</summary>
    public VismaConnectException? Failure { get; private init; }

    public static RefreshOutcome Of(TokenResponse tokens) => new(RefreshResult.Exchanged) { Tokens = tokens };

    /// <summary>There was no reply.</summary>
    public static RefreshOutcome WithoutReply(VismaConnectException failure) =>
        new(failure.WasNotSent ? RefreshResult.NotExchanged : RefreshResult.Unknown) { Failure = failure };

    /// <summary>The reply is a refusal, or is unusable.</summary>
    public static RefreshOutcome Of(ServerReply reply, VismaConnectException failure)
    {
        string? salvaged = reply.IsSuccess && failure.Error is null ? RefreshTokenSalvage.RefreshTokenOf(reply.Body) : null;
        return new RefreshOutcome(salvaged is null ? ResultOf(reply, failure) : RefreshResult.Salvaged)
        {
            Failure = failure,
            SalvagedRefreshToken = salvaged,
        };
    }

    private static RefreshResult ResultOf(ServerReply reply, VismaConnectException failure) => (failure.Error, reply.StatusCode) switch
    {
        (_, HttpStatusCode.ServiceUnavailable) when failure.RetryAfter is not null => RefreshResult.NotExchanged,
        (_, >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout) => RefreshResult.Unknown,
        (OidcConstants.TokenErrors.InvalidGrant, _) => RefreshResult.Refused,
        (OidcConstants.TokenErrors.InvalidClient, _) => RefreshResult.SecretRefused,
        (null, _) when reply.IsSuccess => RefreshResult.Unknown,
        // A refusal without an OAuth error comes from a server in front of the token endpoint, which did not get the request.
        _ => RefreshResult.NotExchanged,
    };
}

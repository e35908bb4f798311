using System.Net;

namespace Visma.Connect.Sdk;

/// <summary>The outcome of one presentation of a refresh token, with what came of it. Holds secrets.</summary>
internal sealed class RefreshOutcome
{
    private RefreshOutcome(RefreshResult result) => Result = result;

    public RefreshResult Result { get; }

    /// <summary>The reply; null unless exchanged.</summary>
    public TokenResponse? Tokens { get; private init; }

    /// <summary>The new refresh token of a reply that is no good otherwise.</summary>
    public string? SalvagedRefreshToken { get; private init; }

    /// <summary>What was wrong; null when exchanged.</summary>
    public VismaConnectException? Failure { get; private init; }

    public static RefreshOutcome Of(TokenResponse tokens) => new(RefreshResult.Exchanged) { Tokens = tokens };

    /// <summary>No reply came.</summary>
    public static RefreshOutcome WithoutReply(VismaConnectException failure) =>
        new(failure.WasNotSent ? RefreshResult.NotExchanged : RefreshResult.Unknown) { Failure = failure };

    /// <summary>A reply came, and is a refusal or unusable.</summary>
    public static RefreshOutcome Of(in ServerReply reply, VismaConnectException failure)
    {
        string? salvaged = reply.IsSuccess && failure.Error is null && !reply.IsTooLong ? RefreshTokenSalvage.RefreshTokenOf(reply.Body) : null;
        return new RefreshOutcome(salvaged is null ? ResultOf(in reply, failure) : RefreshResult.Salvaged)
        {
            Failure = failure,
            SalvagedRefreshToken = salvaged,
        };
    }

    private static RefreshResult ResultOf(in ServerReply reply, VismaConnectException failure) => (failure.Error, reply.StatusCode) switch
    {
        (_, HttpStatusCode.ServiceUnavailable) when failure.RetryAfter is not null => RefreshResult.NotExchanged,
        (_, >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout) => RefreshResult.Unknown,
        ("invalid_grant", _) => RefreshResult.Refused,
        ("invalid_client", _) => RefreshResult.SecretRefused,
        (null, _) when reply.IsSuccess => RefreshResult.Unknown,
        // A refusal without an OAuth error is not the token endpoint's own, and came before it.
        _ => RefreshResult.NotExchanged,
    };
}

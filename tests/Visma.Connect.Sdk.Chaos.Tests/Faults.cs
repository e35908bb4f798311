namespace Visma.Connect.Sdk.Chaos;

/// <summary>The kinds of faults.</summary>
internal static class Faults
{
    public const string NoConnection = "connection refused";
    public const string RequestLost = "request lost, reset";
    public const string RequestSilent = "request lost, silence";
    public const string SlowRequest = "slow request";
    public const string Error = "500";
    public const string TooMany = "429";
    public const string Refused = "503 with Retry-After";
    public const string ReplyLost = "reply lost, reset";
    public const string ReplySilent = "reply lost, silence";
    public const string ErrorAfterExchange = "502 after the exchange";
    public const string ReplyCut = "reply cut before the refresh token";
    public const string StallBeforeToken = "reply stalls before the refresh token";
    public const string StallAfterToken = "reply stalls after the refresh token";
    public const string NoEnd = "reply without its end";
    public const string LateReply = "late reply";

    public const string CacheFails = "cache fails before";
    public const string CacheFailsAfter = "cache fails after the commit";
    public const string CacheHangs = "cache hangs";
    public const string CacheLate = "cache commits late";
    public const string CacheDown = "cache down";

    public const string ServerDown = "server down";
    public const string Freeze = "process frozen";
    public const string Crash = "process crashed";
    public const string ClockJump = "wall clock set";
    public const string Log = "logger throws";

    public static readonly string[] OfRequests =
    [
        NoConnection, RequestLost, RequestSilent, SlowRequest, Error, TooMany, Refused, ReplyLost, ReplySilent, ErrorAfterExchange, ReplyCut,
        StallBeforeToken, StallAfterToken, NoEnd, LateReply, LateReply,
    ];

    public static readonly string[] OfCacheCalls = [CacheFails, CacheFailsAfter, CacheHangs, CacheLate];
}

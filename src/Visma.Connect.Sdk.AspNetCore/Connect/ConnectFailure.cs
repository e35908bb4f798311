using System.Net;
using Microsoft.AspNetCore.Http;

namespace Visma.Connect.Sdk;

/// <summary>The status and the sentence for a failure of the library. The message of an exception is for the log, not for a user.</summary>
internal static class ConnectFailure
{
    /// <summary>
    /// Whether the same response can be completed again: its code was certainly not used, or its completion goes on. Otherwise the user starts again.
    /// </summary>
    public static bool CanCompleteAgain(Exception failure) => failure switch
    {
        UnreadableEntryException => true,
        VismaConnectException { Remedy.Code: "code-not-sent" or "completion-goes-on" or "other-process" } => true,
        VismaConnectException visma => visma.StatusCode == HttpStatusCode.TooManyRequests,
        _ => true,
    };

    public static (int Status, string Message) Of(Exception failure) => failure switch
    {
        UnreadableEntryException => (StatusCodes.Status500InternalServerError, ConnectTexts.Misconfigured),
        VismaConnectException { IsTransient: true } => (StatusCodes.Status503ServiceUnavailable, ConnectTexts.TryAgain),
        VismaConnectException { Remedy.Code: "company-unknown" } => (StatusCodes.Status500InternalServerError, ConnectTexts.Misconfigured),
        VismaConnectException { Remedy.Code: "other-company" } => (StatusCodes.Status409Conflict, ConnectTexts.OtherCompany),
        VismaConnectException { Error: null, StatusCode: null, Remedy.Code: "begin-again" } => (StatusCodes.Status400BadRequest, ConnectTexts.NotTheAnswer),
        VismaConnectException => (StatusCodes.Status502BadGateway, ConnectTexts.Refused),
        _ => (StatusCodes.Status500InternalServerError, ConnectTexts.Misconfigured),
    };
}

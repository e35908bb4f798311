using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Visma.Connect.Sdk;

/// <summary>Answers the end of an attempt: as the application wants, with a page of the application, or with a built-in page.</summary>
internal sealed class ConnectAnswers(VismaConnectEndpointOptions options, IHostEnvironment environment)
{
    private string ApplicationName => options.ApplicationName ?? environment.ApplicationName;

    /// <summary>Keeps an answer out of caches, and its address out of the headers of further requests.</summary>
    public static void SetHeaders(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        context.Response.Headers.XContentTypeOptions = "nosniff";
    }

    /// <summary>Sends the browser to another address with a GET.</summary>
    public static void SeeOther(HttpContext context, string address)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = LocalPath.ForHeader(address);
    }

    public Task ConnectedAsync(HttpContext context, PendingAttempt attempt, VismaConnection? connected) => AnswerAsync(
        new ConnectionOutcome(context, ConnectionOutcomeKind.Connected)
        {
            Message = ConnectTexts.Connected,
            Client = attempt.Client,
            Connection = attempt.Connection,
            IsReconnectLink = attempt.Link is not null,
            Connected = connected,
            ReturnUrl = attempt.ReturnUrl,
        },
        attempt.ReturnUrl ?? WithNames(options.SuccessPath, attempt));

    public Task CancelledAsync(HttpContext context, PendingAttempt attempt, Exception? cause = null) => AnswerAsync(
        new ConnectionOutcome(context, ConnectionOutcomeKind.Cancelled)
        {
            Message = ConnectTexts.Cancelled,
            Client = attempt.Client,
            Connection = attempt.Connection,
            IsReconnectLink = attempt.Link is not null,
            Failure = cause,
            ReturnUrl = attempt.ReturnUrl,
            RetryUrl = RetryOf(context, attempt),
        },
        WithNames(options.CancelPath, attempt));

    /// <summary>Answers a failure of an attempt.</summary>
    /// <param name="context">The request.</param>
    /// <param name="attempt">The attempt; null if the request belongs to none.</param>
    /// <param name="status">The status.</param>
    /// <param name="message">What the user is told.</param>
    /// <param name="cause">The exception.</param>
    /// <param name="retryHere">Whether the same address can be opened again.</param>
    public Task FailedAsync(
        HttpContext context,
        PendingAttempt? attempt,
        int status,
        string message,
        Exception? cause = null,
        bool retryHere = false) => AnswerAsync(
        new ConnectionOutcome(context, ConnectionOutcomeKind.Failed)
        {
            StatusCode = status,
            Message = message,
            Client = attempt?.Client,
            Connection = attempt?.Connection,
            IsReconnectLink = attempt?.Link is not null,
            Failure = cause,
            ReturnUrl = attempt?.ReturnUrl,
            RetryUrl = retryHere ? $"{context.Request.PathBase}{context.Request.Path}{context.Request.QueryString}"
                : attempt is null ? null
                : RetryOf(context, attempt),
        },
        options.FailurePath is { } path ? LocalPath.With(WithNames(path, attempt), ("status", $"{status}")) : null);

    /// <summary>Refuses a start: always with its status, because no page of the application waits for it.</summary>
    public Task RefusedAsync(HttpContext context, int status, string message, Exception? cause = null) => AnswerAsync(
        new ConnectionOutcome(context, ConnectionOutcomeKind.Failed) { StatusCode = status, Message = message, Failure = cause },
        page: null);

    /// <summary>Asks the user to confirm a start that another site has caused.</summary>
    public Task AskAsync(HttpContext context, string connection) => ConnectPage.WriteAsync(context, StatusCodes.Status200OK, new ConnectPage(
        ApplicationName,
        "Connect a company",
        $"Another site opened this page. Continue only if you want to connect '{connection}' now.")
    {
        Link = ("Continue", $"{context.Request.PathBase}{context.Request.Path}{context.Request.QueryString}"),
    });

    /// <summary>Shows the page of a link that was mailed. Its button, and not the link, begins the attempt: scanners of mails open links.</summary>
    public Task ShowLinkAsync(HttpContext context, ReconnectLink link, string text) => ConnectPage.WriteAsync(context, StatusCodes.Status200OK, new ConnectPage(
        ApplicationName,
        "Connect your company",
        $"{ApplicationName} asks you to connect '{link.Connection}' with Visma. You sign in at Visma and give your consent there.")
    {
        Form = ("Continue to Visma", $"{context.Request.PathBase}{context.Request.Path}", ConnectPaths.LinkParameter, text),
    });

    private async Task AnswerAsync(ConnectionOutcome outcome, string? page)
    {
        HttpContext context = outcome.HttpContext;
        if (options.Respond is { } respond && await respond(outcome).ConfigureAwait(false) is { } own)
        {
            await own.ExecuteAsync(context).ConfigureAwait(false);
        }
        else if (page is not null)
        {
            SeeOther(context, page);
        }
        else
        {
            await ConnectPage.WriteAsync(context, outcome.StatusCode, await PageOfAsync(outcome).ConfigureAwait(false)).ConfigureAwait(false);
        }
    }

    private async Task<ConnectPage> PageOfAsync(ConnectionOutcome outcome) => outcome.Kind switch
    {
        ConnectionOutcomeKind.Connected => new ConnectPage(ApplicationName, "Connected", outcome.Message)
        {
            Detail = outcome.Connected is { } connected ? await DescribeAsync(outcome.HttpContext, connected).ConfigureAwait(false) : outcome.Connection,
        },
        ConnectionOutcomeKind.Cancelled => new ConnectPage(ApplicationName, "Not connected", outcome.Message)
        {
            Link = LinkOf(outcome, "Connect again"),
            SecondLink = outcome.ReturnUrl is { } back ? ("Back to the application", back) : null,
        },
        _ => new ConnectPage(ApplicationName, "This did not work", outcome.Message) { Link = LinkOf(outcome, "Try again") },
    };

    private async Task<string> DescribeAsync(HttpContext context, VismaConnection connected) =>
        (options.DescribeConnection is { } describe ? await describe(context, connected).ConfigureAwait(false) : null)
        ?? (connected.Company is { } company ? $"{connected.Name} (company {company})" : connected.Name);

    private static (string Text, string Address)? LinkOf(ConnectionOutcome outcome, string text) =>
        outcome.RetryUrl is { } retry ? (text, retry) : null;

    // A reconnect link is in the user's mail, and not in the attempt.
    private string? RetryOf(HttpContext context, PendingAttempt attempt) => attempt.Link is not null
        ? null
        : ConnectPaths.StartOf(context.Request.PathBase.ToUriComponent(), options, attempt.Client, attempt.Connection, attempt.ReturnUrl);

    [return: NotNullIfNotNull(nameof(path))]
    private static string? WithNames(string? path, PendingAttempt? attempt) =>
        path is null ? null : LocalPath.With(path, ("client", attempt?.Client), ("connection", attempt?.Connection));
}

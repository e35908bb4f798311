using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>Answers the exceptions of the library, without their messages: these are for the log.</summary>
internal sealed class VismaExceptionHandler(
    IOptions<VismaProblemDetailsOptions> options,
    IProblemDetailsService problems,
    IHostEnvironment environment,
    TimeProvider time,
    IServiceProvider provider) : IExceptionHandler
{
    // Null if the application has not registered the endpoints.
    private readonly ConnectMapping? _connect = provider.GetService<ConnectMapping>();

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is ReauthorizationRequiredException ended && ConnectAddressOf(httpContext, ended) is { } address)
        {
            ConnectAnswers.SetHeaders(httpContext);
            ConnectAnswers.SeeOther(httpContext, address);
            return true;
        }

        if (ProblemOf(exception) is not { } problem)
        {
            return false;
        }

        httpContext.Response.StatusCode = problem.Status!.Value;
        httpContext.Response.Headers.CacheControl = "no-store";
        if (WaitOf(exception) is { } wait)
        {
            httpContext.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString("0", CultureInfo.InvariantCulture);
        }

        // The writers of the platform decline a browser, which does not ask for JSON. Any other caller without JSON gets the status alone.
        bool isWritten = await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = problem }).ConfigureAwait(false);
        if (!isWritten && AcceptsPages(httpContext.Request))
        {
            await ConnectPage.WriteAsync(httpContext, problem.Status.Value, new ConnectPage(ApplicationName, "This did not work", problem.Title!))
                .ConfigureAwait(false);
        }

        return true;
    }

    private string ApplicationName => _connect?.Options.ApplicationName ?? environment.ApplicationName;

    private static bool AcceptsPages(HttpRequest request) => request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private static ProblemDetails? ProblemOf(Exception exception) => exception switch
    {
        ReauthorizationRequiredException ended => Named(
            Problem(
                StatusCodes.Status409Conflict,
                "reauthorization-required",
                "The company is not connected to Visma, or its connection has ended. Connect it.",
                ended.Remedy),
            ended.Key),
        VismaRateLimitException limit => Problem(
            StatusCodes.Status503ServiceUnavailable, "rate-limit", "Visma allows no further calls for now. Try again later.", limit.Remedy),
        VismaConnectException { IsTransient: true } failure => Problem(
            StatusCodes.Status503ServiceUnavailable, "temporarily-unavailable", "Visma cannot be reached for now. Try again later.", failure.Remedy),
        VismaConnectException failure => Problem(
            StatusCodes.Status502BadGateway, "no-token", "Visma gave no access. The operator of this application finds the reason in its log.", failure.Remedy),
        _ => null,
    };

    private static ProblemDetails Problem(int status, string type, string title, VismaRemedy? remedy)
    {
        ProblemDetails problem = new() { Status = status, Type = $"urn:visma-connect-sdk:{type}", Title = title };
        if (remedy is not null)
        {
            problem.Extensions["remedy"] = remedy.Code;
            if (remedy.Page is { } page)
            {
                problem.Extensions["help"] = page.AbsoluteUri;
            }
        }

        return problem;
    }

    private static ProblemDetails Named(ProblemDetails problem, TokenKey? key)
    {
        if (key?.Connection is { } connection)
        {
            problem.Extensions["client"] = key.Client;
            problem.Extensions["connection"] = connection;
        }

        return problem;
    }

    private TimeSpan? WaitOf(Exception exception) => exception switch
    {
        VismaRateLimitException limit => limit.RetryAt > DateTimeOffset.UnixEpoch ? limit.RetryAt - time.GetUtcNow() : limit.RetryAfter,
        VismaConnectException { IsTransient: true, RetryAfter: { } wait } => wait,
        _ => null,
    };

    private string? ConnectAddressOf(HttpContext context, ReauthorizationRequiredException ended)
    {
        if (_connect is not { IsMapped: true } connect || !options.Value.RedirectBrowsers || !IsPageOpened(context.Request)
            || ended.Key is not { Connection: { } connection } key)
        {
            return null;
        }

        string returnUrl = $"{context.Request.PathBase}{context.Request.Path}{context.Request.QueryString}";
        return ConnectPaths.StartOf(
            context.Request.PathBase.ToUriComponent(),
            connect.Options,
            key.Client,
            connection,
            LocalPath.Is(returnUrl) ? returnUrl : null);
    }

    // A script that fetches data must get the 409: the browser would follow the redirect for it, out of the user's sight.
    private static bool IsPageOpened(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && AcceptsPages(request)
        && request.Headers["Sec-Fetch-Mode"] is [] or ["navigate"];
}

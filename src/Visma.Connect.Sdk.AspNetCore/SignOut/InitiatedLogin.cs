using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Visma.Connect.Sdk;

/// <summary>
/// Answers a sign-in that begins at Visma (OpenID Connect Core 1.0 section 4): starts the sign-in of the application. Visma does not document the
/// parameters, so those that it does not send are not missed, and others are ignored.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class InitiatedLogin(SignOutServer server, VismaSignOutOptions options)
{
    private const int LongestHint = 200;

    public async Task AnswerAsync(HttpContext context)
    {
        (Dictionary<string, StringValues> parameters, int refusal) = await ParametersOfAsync(context.Request).ConfigureAwait(false);
        if (refusal == 0 && !await IsAllowedAsync(context, parameters).ConfigureAwait(false))
        {
            refusal = StatusCodes.Status400BadRequest;
        }

        SignOutAnswers.Begin(context, refusal == 0 ? StatusCodes.Status200OK : refusal);
        if (refusal != 0)
        {
            return;
        }

        AuthenticationProperties properties = new() { RedirectUri = TargetOf(context.Request, parameters) ?? $"{context.Request.PathBase}/" };
        if (SignOutAnswers.Single(parameters.GetValueOrDefault("login_hint")) is { Length: <= LongestHint } hint)
        {
            properties.SetParameter("login_hint", hint);
        }

        if (options.ChallengeScheme is { } scheme)
        {
            await context.ChallengeAsync(scheme, properties).ConfigureAwait(false);
        }
        else
        {
            await context.ChallengeAsync(properties).ConfigureAwait(false);
        }
    }

    private async Task<bool> IsAllowedAsync(HttpContext context, Dictionary<string, StringValues> parameters) =>
        (!parameters.TryGetValue("iss", out StringValues issuer)
            || await server.IsIssuerAsync(SignOutAnswers.Single(issuer), context.RequestAborted).ConfigureAwait(false))
        && (!parameters.ContainsKey("target_link_uri") || TargetOf(context.Request, parameters) is not null);

    private static async Task<(Dictionary<string, StringValues> Parameters, int Refusal)> ParametersOfAsync(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method))
        {
            return (new(request.Query.ToDictionary(), StringComparer.Ordinal), 0);
        }

        try
        {
            (string body, int refusal) = await SmallForm.ReadAsync(request).ConfigureAwait(false);
            return (new(QueryHelpers.ParseQuery(body), StringComparer.Ordinal), refusal);
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException)
        {
            return ([], StatusCodes.Status400BadRequest);
        }
    }

    // A path, or an address of this application. Null if it leads elsewhere.
    private static string? TargetOf(HttpRequest request, Dictionary<string, StringValues> parameters)
    {
        string? target = SignOutAnswers.Single(parameters.GetValueOrDefault("target_link_uri"));
        string own = $"{request.Scheme}://{request.Host}";
        if (target is not null && target.StartsWith(own + "/", StringComparison.OrdinalIgnoreCase))
        {
            target = target[own.Length..];
        }

        return LocalPath.Is(target) ? LocalPath.ForHeader(target) : null;
    }
}

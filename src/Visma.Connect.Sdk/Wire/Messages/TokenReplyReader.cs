using System.Globalization;
using System.Net;
using System.Text.Json;
using Duende.IdentityModel;

namespace Visma.Connect.Sdk;

/// <summary>Reads a reply of a token endpoint: returns a <see cref="TokenResponse"/>, or throws an exception that says what is wrong.</summary>
internal static class TokenReplyReader
{
    private static readonly JsonDocumentOptions StrictJson = new() { AllowDuplicateProperties = false };

    public static TokenResponse Read(ServerReply reply, TokenRequest request, TimeProvider time)
    {
        TokenReply? parsed = Parse(reply, request, out string? fault);

        // Some servers answer 200 with an error body although RFC 6749 section 5.2 says 400, so the body is read first.
        if (!string.IsNullOrEmpty(parsed?.Error))
        {
            throw Refusal(reply, request, parsed!, time);
        }

        if (!reply.IsSuccess)
        {
            throw Unusable(reply, request, StatusFault(reply), time);
        }

        bool isLegacy = request.Client.Authority.IsLegacy;
        string? accessToken = isLegacy ? parsed?.Token ?? parsed?.AccessToken : parsed?.AccessToken;
        fault ??= FaultOf(accessToken, isLegacy ? null : parsed!.TokenType);
        if (fault is not null)
        {
            throw Unusable(reply, request, fault, time);
        }

        return new TokenResponse(
            accessToken!,
            parsed!.ExpiresIn,
            SplitScope(parsed.Scope, request),
            string.IsNullOrEmpty(parsed.RefreshToken) ? null : parsed.RefreshToken,
            string.IsNullOrEmpty(parsed.IdToken) ? null : parsed.IdToken);
    }

    /// <summary>Accepts each success status, whatever the body is (RFC 7009 section 2.2).</summary>
    public static void Accept(ServerReply reply, ServerRequest request, TimeProvider time)
    {
        if (reply.IsSuccess)
        {
            return;
        }

        TokenReply? parsed = Parse(reply, request, out _);
        throw string.IsNullOrEmpty(parsed?.Error) ? Unusable(reply, request, StatusFault(reply), time) : Refusal(reply, request, parsed!, time);
    }

    /// <summary>The failure, if the reply is a failure that may pass: 408, 429, 5xx, half a reply, or a page of a gateway. Otherwise null.</summary>
    public static VismaConnectException? TransientFailureOf(ServerReply reply, ServerRequest request, TimeProvider time)
    {
        // The reply to a revocation is only a status.
        bool isUnusable = (reply.CutShortBy is not null || IsPage(reply)) && request is not TokenRequest { IsRevocation: true };
        if (!IsTransient(reply.StatusCode) && !isUnusable)
        {
            return null;
        }

        TokenReply? parsed = Parse(reply, request, out string? fault);
        return !string.IsNullOrEmpty(parsed?.Error) ? Refusal(reply, request, parsed!, time)
            : Unusable(reply, request, reply.IsSuccess ? fault! : StatusFault(reply), time);
    }

    /// <summary>Reads whether a token is active (RFC 7662 section 2.2). A reply that does not say so in exactly this form is unusable.</summary>
    public static bool ReadActive(ServerReply reply, TokenRequest request, TimeProvider time)
    {
        Accept(reply, request, time);
        JsonElement answer = ReadJson(reply, request, JsonValueKind.Object, time);
        return answer.TryGetProperty("active", out JsonElement active) && active.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? active.GetBoolean()
            : throw Unusable(reply, request, "JSON without a boolean 'active'", time);
    }

    /// <summary>Reads a reply that is JSON, but not a token reply.</summary>
    public static JsonElement ReadJson(ServerReply reply, ServerRequest request, JsonValueKind kind, TimeProvider time)
    {
        if (!reply.IsSuccess)
        {
            throw Unusable(
                reply,
                request,
                reply.StatusCode == HttpStatusCode.Unauthorized ? "the token is not, or no longer, accepted" : StatusFault(reply),
                time);
        }

        return JsonText.TryParse(reply.IsTooLong ? default : reply.Body.ToArray(), out JsonElement json, StrictJson) && json.ValueKind == kind
            ? json
            : throw Unusable(reply, request, $"not a JSON {(kind == JsonValueKind.Array ? "array" : "object")} ({MediaType(reply, request)})", time);
    }

    private static TokenReply? Parse(ServerReply reply, ServerRequest request, out string? fault)
    {
        ReadOnlySpan<byte> body = reply.Body;
        fault = FaultOf(body, reply, request);
        return fault is null ? TokenReply.Parse(body, out fault) : null;
    }

    // Faults that are visible before parsing, with a message that shows the cause better than the parser's message.
    private static string? FaultOf(ReadOnlySpan<byte> body, ServerReply reply, ServerRequest request)
    {
        if (reply.CutShortBy is { } cause)
        {
            return cause is TimeoutException ? "the reply did not end in time" : "the connection failed before the end of the reply";
        }

        if (reply.IsTooLong)
        {
            return "a reply of more than 1 MiB";
        }

        int first = FirstOf(body);
        return first < 0 ? "an empty reply"
            : first == '<' ? $"an HTML or XML page ({MediaType(reply, request)})"
            : first != '{' ? $"a reply that is not a JSON object ({MediaType(reply, request)})"
            : null;
    }

    // Each reply is JSON. A gateway in front of the server answers with its own page during maintenance, often with status 200.
    private static bool IsPage(ServerReply reply) => reply.IsSuccess && FirstOf(reply.Body) == '<';

    private static int FirstOf(ReadOnlySpan<byte> body)
    {
        foreach (byte first in body)
        {
            if (first is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                return first;
            }
        }

        return -1;
    }

    private static string MediaType(ServerReply reply, ServerRequest request) =>
        VisibleText.Of(reply.MediaType ?? "no media type", request.SecretForms());

    private static string? FaultOf(string? accessToken, string? tokenType)
    {
        if (string.IsNullOrEmpty(accessToken))
        {
            return "JSON without an 'access_token'";
        }

        if (!AccessToken.IsHeaderSafe(accessToken))
        {
            return "an 'access_token' that cannot be sent in a header";
        }

        // RFC 6749 section 7.1: a token of an unknown type must not be used. A missing type counts as Bearer, the only type at Visma.
        return string.IsNullOrEmpty(tokenType) || string.Equals(tokenType, "Bearer", StringComparison.OrdinalIgnoreCase)
            ? null
            : "a token of another type than 'Bearer'";
    }

    private static string StatusFault(ServerReply reply) =>
        (int)reply.StatusCode is >= 300 and < 400
            ? "a redirect, which is never followed, because it would send the client secret to another address; check the address of the token endpoint"
            : "no OAuth error in the reply";

    private static VismaConnectException Refusal(ServerReply reply, ServerRequest request, TokenReply parsed, TimeProvider time)
    {
        List<string> secrets = [.. request.SecretForms()];
        string error = VisibleText.Of(parsed.Error!, secrets);
        string? description = string.IsNullOrEmpty(parsed.ErrorDescription) ? null : VisibleText.Of(parsed.ErrorDescription!, secrets);
        TokenRequest? asked = request as TokenRequest;
        return new VismaConnectException(
            $"Refused: {request} ({Status(reply.StatusCode)} {error})"
            + (description is null ? "." : $": '{description.TrimEnd('.')}'.")
            + (error == "invalid_scope" && asked is not null ? $" The requested scopes are '{string.Join(" ", asked.Scopes)}'." : ""),
            asked is null ? null : KnownRefusals.RemedyFor(error, asked),
            innerException: null)
        {
            Error = error,
            ErrorDescription = description,
            StatusCode = reply.StatusCode,
            CorrelationId = reply.CorrelationIdFor(request),
            IsTransient = IsTransient(reply.StatusCode)
                || error is OidcConstants.AuthorizeErrors.TemporarilyUnavailable or OidcConstants.AuthorizeErrors.ServerError,
            RetryAfter = reply.RetryAfterBy(time.GetUtcNow()),
        };
    }

    private static VismaConnectException Unusable(ServerReply reply, ServerRequest request, string fault, TimeProvider time)
    {
        bool isPage = IsPage(reply);
        TimeSpan? retryAfter = reply.RetryAfterBy(time.GetUtcNow());
        return new VismaConnectException(
            $"Unusable answer to {request} ({Status(reply.StatusCode)}): {fault}."
            + (retryAfter is { } wait ? FormattableString.Invariant($" The server asks for no request within {wait.TotalSeconds:0} s.") : ""),
            isPage ? LocalCauses.PageOfGateway.Remedy : null,
            reply.CutShortBy)
        {
            StatusCode = reply.StatusCode,
            CorrelationId = reply.CorrelationIdFor(request),
            IsTransient = IsTransient(reply.StatusCode) || reply.CutShortBy is not null || isPage,
            RetryAfter = retryAfter,
        };
    }

    /// <summary>Whether a status is a failure that may pass.</summary>
    public static bool IsTransient(HttpStatusCode status) => (int)status is 408 or 429 or >= 500;

    private static string Status(HttpStatusCode status) => ((int)status).ToString(CultureInfo.InvariantCulture);

    // Nearly every reply grants the requested scopes. Then all tokens share the list of the request, which saves memory.
    private static IReadOnlyList<string>? SplitScope(string? scope, TokenRequest request)
    {
        if (string.IsNullOrWhiteSpace(scope))
        {
            return null;
        }

        if (request.Scopes.Count == 1 && scope == request.Scopes[0])
        {
            return request.Scopes;
        }

        string[] granted = scope!.Split([' '], StringSplitOptions.RemoveEmptyEntries);
        return request.Scopes.Count == granted.Length && request.Scopes.All(granted.Contains) ? request.Scopes : granted;
    }
}

using System.Collections;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Visma.Connect.Sdk.Fuzz;

/// <summary>What the library sends in these tests and must never show, in each encoding in which a server may repeat it.</summary>
public static partial class Secrets
{
    public const string ClientId = "isv_acme";
    public const string ClientSecret = "cl13nt+s3cret/=é&";
    public const string RefreshToken = "r3fresh:t0ken/sent+1=";
    public const string AccessToken = "acc3ss.t0ken.sent";
    public const string Code = "c0de-s3nt+/=";
    public const string Verifier = "v3rifier-sent-0123456789-0123456789-0123456789";
    public const string State = "st4te-sent-0123456789";
    public const string Nonce = "n0nce-sent-0123456789";

    // In the corpora, the tokens of replies begin like this, and nothing else does.
    private const string Issued = "issu3d-";

    public static IReadOnlyList<string> OfClient { get; } =
    [
        .. Forms(ClientSecret),
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ClientId}:{ClientSecret}")),
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ClientId}:{WebUtility.UrlEncode(ClientSecret)}")),
    ];

    public static IReadOnlyList<string> OfRefresh { get; } = [.. OfClient, .. Forms(RefreshToken)];

    public static IReadOnlyList<string> OfCode { get; } = [.. OfClient, .. Forms(Code), Verifier];

    /// <summary>All of them, for the texts that a server may send.</summary>
    public static IReadOnlyList<string> All { get; } = [.. OfRefresh, .. Forms(Code), Verifier, State, Nonce, AccessToken];

    /// <summary>
    /// Fails if an exception shows a secret that was sent, or a token of a reply. In another place than its own member, no code can know that a text is a
    /// token: such replies are not looked at.
    /// </summary>
    public static void AreNotIn(Exception exception, IReadOnlyList<string> sent, string reply = "")
    {
        string texts = TextsOf(exception);
        AreNotIn(texts, sent);
        if (texts.Contains(Issued, StringComparison.Ordinal))
        {
            (string head, string body) = RawReply.SplitAt(reply, "\n\n");
            Assert.True((head + OwnMember().Replace(body, "")).Contains(Issued, StringComparison.Ordinal), $"Shows an issued token: {texts}");
        }
    }

    public static void AreNotIn(string text, IReadOnlyList<string> sent)
    {
        foreach (string secret in sent)
        {
            if (text.Contains(secret, StringComparison.Ordinal))
            {
                Assert.Fail($"Shows '{secret}': {text}");
            }
        }
    }

    private static string[] Forms(string secret) => [.. ((string[])[secret, Uri.EscapeDataString(secret), WebUtility.UrlEncode(secret)]).Distinct()];

    /// <summary>Everything that a log would show of an exception, except its stack trace.</summary>
    public static string TextsOf(Exception exception)
    {
        StringBuilder texts = new();
        for (Exception? current = exception; current is not null; current = current.InnerException)
        {
            texts.Append(current.Message).Append('\n').Append(current.HelpLink).Append('\n');
            if (current is VismaConnectException visma)
            {
                texts.Append(visma.Error).Append('\n').Append(visma.ErrorDescription).Append('\n').Append(visma.CorrelationId).Append('\n').Append(visma.Remedy);
            }

            foreach (DictionaryEntry data in current.Data)
            {
                texts.Append(data.Key).Append(data.Value);
            }
        }

        return texts.ToString();
    }

    [GeneratedRegex(""" "(access_token|token|refresh_token|id_token)"\s*:\s*"issu3d-[^"\\]*" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex OwnMember();
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Visma.Connect.Sdk;

/// <summary>
/// Tells whether a webhook came from Visma's Webhook Dispatcher, and reads it. For any kind of host: ASP.NET Core, an Azure Function,
/// .NET Framework.
/// </summary>
/// <remarks>
/// <para>
/// The header <see cref="SignatureHeader"/> is base64 of HMAC-SHA256, with the subscription's secret in UTF-8 as the key, over the body
/// as it was sent (https://docs.vismasoftware.no/businessnxtapi/webhooks/connect, read November 2026). So hand over the bytes of the
/// body untouched, not a string that was decoded and encoded again.
/// </para>
/// <para>
/// No time is signed, so a delivery that somebody recorded can be sent again: keep each <see cref="WebhookEvent.Id"/> for a while, and
/// ignore the ones that were handled. Answer quickly with any 2xx; Visma tries again otherwise. Limit the body's size before reading it.
/// </para>
/// Thread-safe.
/// </remarks>
public sealed class WebhookReader
{
    /// <summary>The header with the signature; names of headers compare without case.</summary>
    public const string SignatureHeader = "X-VWD-Signature-V1";

    private readonly byte[][] _keys;

    /// <summary>Creates a reader for one or more subscriptions.</summary>
    /// <param name="secrets">
    /// The secret of each subscription whose events arrive here; while one is being changed, the old and the new.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There is no secret, or one of them is empty (anybody could sign with that), or has white space around it.
    /// </exception>
    public WebhookReader(params IEnumerable<string> secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        string[] all = [.. secrets];
        if (all.Length == 0 || all.Any(secret => string.IsNullOrWhiteSpace(secret) || secret.Trim().Length != secret.Length))
        {
            throw new ArgumentException("A webhook needs the secret of its subscription, not empty and without white space around it. Copy it from the Visma Developer Portal.", nameof(secrets));
        }

        _keys = [.. all.Select(Encoding.UTF8.GetBytes)];
    }

    /// <summary>Whether the body was signed with one of the secrets.</summary>
    /// <param name="body">The body as it arrived.</param>
    /// <param name="signature">The value of <see cref="SignatureHeader"/>; null when the request had none.</param>
    /// <remarks>Takes as long for a wrong signature as for a right one.</remarks>
    public bool IsGenuine(ReadOnlySpan<byte> body, string? signature)
    {
        if (!Base64.TryDecode(signature, out byte[] given) || given.Length != Sha256.Length)
        {
            return false;
        }

        // Every secret is tried, so that the time does not tell which one it was.
        bool isGenuine = false;
        foreach (byte[] key in _keys)
        {
            isGenuine |= CryptographicOperations.FixedTimeEquals(given, Sha256.Hmac(key, body));
        }

        return isGenuine;
    }

    /// <summary>Reads an event, if it is genuine: nothing is parsed before that is known.</summary>
    /// <param name="body">The body as it arrived.</param>
    /// <param name="signature">The value of <see cref="SignatureHeader"/>; null when the request had none.</param>
    /// <param name="headers">The request's headers, to be found on the event; none when null.</param>
    /// <returns>The event, or null when it is not genuine: answer 401 and do nothing.</returns>
    /// <exception cref="VismaConnectException">It is genuine, and yet no JSON.</exception>
    public WebhookEvent? Read(ReadOnlySpan<byte> body, string? signature, IEnumerable<KeyValuePair<string, string>>? headers = null)
    {
        if (!IsGenuine(body, signature))
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(body.ToArray());
            return new WebhookEvent(Sha256.Hex(body), document.RootElement.Clone(), headers ?? []);
        }
        catch (JsonException)
        {
            throw new VismaConnectException("A webhook with a genuine signature holds no JSON. Look at its subscription in the Visma Developer Portal.");
        }
    }
}

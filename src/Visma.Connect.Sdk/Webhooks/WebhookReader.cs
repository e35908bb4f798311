using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Visma.Connect.Sdk;

/// <summary>
/// Checks that a webhook came from Visma's Webhook Dispatcher, and reads it. It works in every host: ASP.NET Core, an Azure Function, .NET
/// Framework.
/// </summary>
/// <remarks>
/// <para>
/// The header <see cref="SignatureHeader"/> contains, in base64, the HMAC-SHA256 of the body. The key is the secret of the subscription, in
/// UTF-8 (https://docs.vismasoftware.no/businessnxtapi/webhooks/connect, read November 2026). Pass the bytes of the body unchanged, not a
/// string that was decoded and encoded again.
/// </para>
/// <para>
/// The signature contains no time, so an attacker can send a recorded delivery again: store each <see cref="WebhookEvent.Id"/>, or
/// <see cref="WebhookEvent.NotificationKey"/>, for a while, and ignore events that were handled. Answer quickly, with any 2xx; after any other
/// answer Visma sends the event again. Limit the size of the body before reading it.
/// </para>
/// <para>Thread-safe. Unit tests can replace it: every member is virtual.</para>
/// </remarks>
public class WebhookReader
{
    /// <summary>The name of the header with the signature. Names of headers compare without case.</summary>
    public const string SignatureHeader = "X-VWD-Signature-V1";

    private readonly byte[][] _keys;

    /// <summary>Creates a reader for one or more subscriptions.</summary>
    /// <param name="secrets">The secret of each subscription that sends its events here. While a secret is being replaced: the old and the new one.</param>
    /// <exception cref="ArgumentException">
    /// There is no secret, or a secret is empty (an attacker could sign with it) or has white space at its start or end.
    /// </exception>
    public WebhookReader(params string[] secrets)
        : this((IEnumerable<string>)secrets)
    {
    }

    /// <inheritdoc cref="WebhookReader(string[])"/>
    public WebhookReader(IEnumerable<string> secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        string[] all = [.. secrets];
        if (all.Length == 0 || all.Any(secret => string.IsNullOrWhiteSpace(secret) || secret.Trim().Length != secret.Length))
        {
            throw new ArgumentException(
                "A webhook needs the secret of its subscription, not empty and without white space around it. Copy it from the Visma Developer Portal.",
                nameof(secrets));
        }

        _keys = [.. all.Select(Encoding.UTF8.GetBytes)];
    }

    /// <summary>
    /// For a derived class, such as a mock in a unit test. It has no secret, so that no body is genuine: override the methods that are called.
    /// </summary>
    protected WebhookReader() => _keys = [];

    /// <summary>Whether the body was signed with one of the secrets.</summary>
    /// <param name="body">The body, unchanged.</param>
    /// <param name="signature">The value of <see cref="SignatureHeader"/>. Null if the request has no such header.</param>
    /// <returns>Whether the signature is right.</returns>
    /// <remarks>A wrong signature takes as long as a right one.</remarks>
    public virtual bool IsGenuine(ReadOnlySpan<byte> body, string? signature)
    {
        if (!Base64.TryDecode(signature, out byte[] given) || given.Length != Sha256.Length)
        {
            return false;
        }

        // Every secret is tried, so that the time does not show which one signed.
        bool isGenuine = false;
        foreach (byte[] key in _keys)
        {
            isGenuine |= CryptographicOperations.FixedTimeEquals(given, Sha256.Hmac(key, body));
        }

        return isGenuine;
    }

    /// <summary>Checks the signature, and then reads the event. The body of an event that is not genuine is not parsed.</summary>
    /// <param name="body">The body, unchanged.</param>
    /// <param name="signature">The value of <see cref="SignatureHeader"/>. Null if the request has no such header.</param>
    /// <param name="headers">The headers of the request, for <see cref="WebhookEvent.Headers"/>. Default: none.</param>
    /// <returns>The event, or null if it is not genuine: answer 401, and do nothing.</returns>
    /// <exception cref="VismaConnectException">The signature is right, but the body is not JSON.</exception>
    public virtual WebhookEvent? Read(ReadOnlySpan<byte> body, string? signature, IEnumerable<KeyValuePair<string, string>>? headers = null)
    {
        if (!IsGenuine(body, signature))
        {
            return null;
        }

        return JsonText.TryParse(body.ToArray(), out JsonElement json)
            ? new WebhookEvent(Sha256.Hex(body), json, headers)
            : throw new VismaConnectException(
                "A webhook with a genuine signature holds no JSON. Look at its subscription in the Visma Developer Portal.");
    }
}

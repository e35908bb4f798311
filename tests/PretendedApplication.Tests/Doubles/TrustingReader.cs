using System.Text.Json;

namespace PretendedApplication.Doubles;

/// <summary>Accepts the signature "good".</summary>
internal sealed class TrustingReader : WebhookReader
{
    public override WebhookEvent? Read(ReadOnlySpan<byte> body, string? signature, IEnumerable<KeyValuePair<string, string>>? headers = null) =>
        signature == "good" ? new WebhookEvent("id-1", JsonSerializer.Deserialize<JsonElement>(body), headers) : null;
}

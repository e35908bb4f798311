namespace Visma.Connect.Sdk;

/// <summary>Checks <see cref="WebhookOptions"/>. Each message names the setting and the remedy, and none contains a secret.</summary>
internal static class WebhookFaults
{
    public static IEnumerable<string> Of(WebhookOptions options, string path) => options.Secrets
        .Select((secret, index) => (Path: FormattableString.Invariant($"{path}:{nameof(options.Secrets)}:{index}"), Fault: FaultOf(secret)))
        .Where(secret => secret.Fault is not null)
        .Select(secret => $"{secret.Path} {secret.Fault} Copy the secret of the subscription from the Visma Developer Portal.");

    // Anybody could sign with an empty secret, or with the placeholder of an example.
    private static string? FaultOf(string? secret) =>
        string.IsNullOrWhiteSpace(secret) ? "is empty."
        : CopiedText.HasOuterWhiteSpace(secret!) ? "begins or ends with white space."
        : CopiedText.IsPlaceholder(secret!) ? "is the placeholder of an example or a deployment tool."
        : null;
}

namespace Visma.Connect.Sdk;

/// <summary>Checks <see cref="WebhookOptions"/>. Each message names the setting and the remedy, and none contains a secret.</summary>
internal static class WebhookFaults
{
    public static IEnumerable<string> Of(WebhookOptions options, string path)
    {
        List<string> faults = [];
        for (int index = 0; index < options.Secrets.Count; index++)
        {
            if (FaultOf(options.Secrets[index]) is { } fault)
            {
                faults.Add(TextOf(fault, path, index));
            }
        }

        return faults;
    }

    private static string TextOf(string fault, string path, int index) =>
        FormattableString.Invariant($"{path}:{nameof(WebhookOptions.Secrets)}:{index} {fault} ")
        + "Copy the secret of the subscription from the Visma Developer Portal.";

    // Anybody could sign with an empty secret, or with the placeholder of an example.
    private static string? FaultOf(string? secret) =>
        string.IsNullOrWhiteSpace(secret) ? "is empty."
        : CopiedText.HasOuterWhiteSpace(secret!) ? "begins or ends with white space."
        : CopiedText.IsPlaceholder(secret!) ? "is the placeholder of an example or a deployment tool."
        : null;
}

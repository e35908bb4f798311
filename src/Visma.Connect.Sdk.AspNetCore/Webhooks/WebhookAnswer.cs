namespace Visma.Connect.Sdk;

/// <summary>The answer to a delivery.</summary>
/// <param name="Status">The status.</param>
/// <param name="RetryAfter">When the delivery should be sent again; null if the answer does not say.</param>
internal readonly record struct WebhookAnswer(int Status, TimeSpan? RetryAfter = null);

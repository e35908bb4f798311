namespace Visma.Connect.Sdk;

/// <summary>
/// One call of <c>AssumePrimaryHandlerNeverRedirects</c>: the application states that the primary handler of an HttpClient follows no redirects by
/// itself.
/// </summary>
internal sealed record TrustedPrimaryHandler(string HttpClientName);

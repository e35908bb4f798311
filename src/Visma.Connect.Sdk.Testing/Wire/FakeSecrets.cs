namespace Visma.Connect.Sdk.Testing;

/// <summary>The values in a request that are secrets, or can be exchanged for secrets.</summary>
internal static class FakeSecrets
{
    private static readonly string[] Fields =
        ["client_secret", "code", "code_verifier", "refresh_token", "token", "password", "subject_token", "actor_token", "assertion"];

    public static IReadOnlyCollection<string> Of(IEnumerable<string> issued, IEnumerable<FakeEndpoint> endpoints) =>
        [.. issued.Concat(endpoints.SelectMany(endpoint => endpoint.Requests).SelectMany(Of)).Distinct(StringComparer.Ordinal)];

    private static IEnumerable<string> Of(FakeRequest request) => Fields
        .Select(field => request.Form.GetValueOrDefault(field))
        .Append(request.Authorization?.Split(' ', 2).Last())
        .Where(value => !string.IsNullOrEmpty(value))!;
}

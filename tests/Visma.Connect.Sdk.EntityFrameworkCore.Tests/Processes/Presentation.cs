namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Processes;

/// <summary>A refresh token that was presented, and the secret of the worker that presented it.</summary>
public sealed record Presentation(string Secret, string RefreshToken)
{
    /// <summary>Reads it from a request; null if the request presents no refresh token.</summary>
    public static Presentation? Of(FakeRequest request) =>
        request.Form.GetValueOrDefault("grant_type") == "refresh_token" ? new Presentation(request.Form["client_secret"], request.Form["refresh_token"]) : null;
}

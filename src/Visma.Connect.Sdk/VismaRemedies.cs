namespace Visma.Connect.Sdk;

/// <summary>The remedies that this library knows. docs/errors.md shows them as a table.</summary>
/// <remarks>Thread-safe.</remarks>
public static class VismaRemedies
{
    /// <summary>Every remedy for Visma, for example to show or translate them. Each has another <see cref="VismaRemedy.Code"/>.</summary>
    public static IReadOnlyList<VismaRemedy> All =>
    [
        .. IdentityServerCauses.All.Concat(ApiCauses.All).Concat(EAccountingCauses.All).Concat(LocalCauses.All).Select(cause => cause.Remedy),
    ];
}

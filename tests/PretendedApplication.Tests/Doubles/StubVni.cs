#pragma warning disable VISMA001 // The application has not left VNI yet.
namespace PretendedApplication.Doubles;

/// <summary>VNI with two companies.</summary>
internal sealed class StubVni : VniClient
{
    public override Task<IReadOnlyList<VniCompany>> GetCompaniesAsync(string accessToken, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<VniCompany>>([new VniCompany("1", "Acme AS"), new VniCompany("2", "Beta AS", type: "Branch")]);
}

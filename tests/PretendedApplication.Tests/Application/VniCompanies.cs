#pragma warning disable VISMA001 // The application has not left VNI yet.
namespace PretendedApplication.Application;

/// <summary>Lists the companies of an old VNI token.</summary>
public class VniCompanies(VniClient vni)
{
    public async Task<IReadOnlyList<string>> ListAsync(string token, CancellationToken cancellationToken) =>
        [.. (await vni.GetCompaniesAsync(token, cancellationToken)).Select(company => $"{company.Id} {company.Name}")];
}

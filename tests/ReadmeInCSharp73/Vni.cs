#pragma warning disable VISMA001 // This customer has not left VNI yet.
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Visma.Connect.Sdk;

namespace ReadmeInCSharp73
{
    /// <summary>VNI: obsolete under the same diagnostic id as in the build for newer runtimes.</summary>
    public static class Vni
    {
        public static async Task<IReadOnlyList<VniCompany>> CompaniesAsync(VismaClientOptions options, string token, CancellationToken cancellationToken)
        {
            using (VniClient vni = new VniClient(options, VismaAuthority.Vni))
            {
                return await vni.GetCompaniesAsync(token, cancellationToken);
            }
        }
    }
}

using Microsoft.AspNetCore.DataProtection;

namespace Visma.Connect.Sdk;

/// <summary>Writes and reads the secret part of a reconnect link.</summary>
internal sealed class ReconnectLinkText(IDataProtectionProvider protection)
{
    private readonly Sealed<ReconnectLink> _links = new(protection, "reconnect link", ConnectJsonContext.Short.ReconnectLink);

    public string Seal(ReconnectLink link) => _links.Seal(link);

    public ReconnectLink? Open(string text) => _links.Open(text);
}

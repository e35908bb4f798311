using System.Runtime.Serialization;
using System.Text.Json.Serialization;

namespace Visma.Connect.Sdk;

/// <summary>
/// A user's connection outside of the library, with its token: what <see cref="VismaConnections.ImportAsync"/> reads, and what
/// <see cref="VismaConnections.ExportRefreshTokensAsync"/> returns. Holds a secret; <see cref="ToString"/> does not show it.
/// </summary>
/// <remarks>The import checks the values and reports what is wrong with them, so that one bad row does not end the import.</remarks>
public sealed class PortableConnection
{
    /// <summary>Creates a connection.</summary>
    /// <param name="client">The name of a client in <see cref="VismaConnectOptions.Clients"/>.</param>
    /// <param name="name">The application's name for the connection. It is logged, so it must not contain a secret or personal data.</param>
    /// <param name="token">The refresh token. Of a VNI client, which has none: the access token.</param>
    public PortableConnection(string client, string name, string token)
    {
        Client = client;
        Name = name;
        Token = token;
    }

    /// <summary>The name of its client.</summary>
    public string Client { get; }

    /// <summary>The application's name for it.</summary>
    public string Name { get; }

    /// <summary>The refresh token. Of a VNI client: the access token. Secret.</summary>
    [JsonIgnore]
    [IgnoreDataMember]
    public string Token { get; }

    /// <summary>
    /// The company that the connection is for: <c>tenant_id</c> at Visma Connect, <c>customer_id</c> at eAccounting. An import compares it with the
    /// company in the token. Default: null, not known.
    /// </summary>
    public string? Company { get; set; }

    /// <summary>The user who consented (<c>sub</c>). Default: null, not known. Personal data.</summary>
    public string? Subject { get; set; }

    /// <summary>When the user consented. Default: null, not known; the time of the import is then stored.</summary>
    public DateTimeOffset? ConnectedAt { get; set; }

    /// <summary>The scopes that the user consented to. Default: empty, not known; the scopes of the client are then stored.</summary>
    public IList<string> Scopes { get; } = [];

    /// <summary>Returns client and name.</summary>
    public override string ToString() => $"client '{VisibleText.Of(Client ?? "")}', connection '{VisibleText.Of(Name ?? "")}'";
}

namespace Visma.Connect.Sdk;

/// <summary>An API in the settings: one of your own, or what differs from a built-in one of the same name.</summary>
public sealed class VismaApiOptions
{
    /// <summary>The built-in API it is like, for a second one beside it: <c>NetErp</c>. Default: the one of the same name, if any.</summary>
    public string? BasedOn { get; set; }

    /// <summary>Its address, with a slash at the end where paths follow: https, or http on loopback. Required for an API of your own.</summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>
    /// Further origins its tokens may be sent to. A changed <see cref="BaseAddress"/> leaves only these: the built-in API's origins belong
    /// to its built-in address.
    /// </summary>
    public IList<Uri> Origins { get; } = [];

    /// <summary>The name of the authority whose tokens it takes. Default: as built in, else <c>VismaConnect</c>.</summary>
    public string? Authority { get; set; }

    /// <summary>The scopes of a service token when the client names none. Default: as built in.</summary>
    public IList<string> ServiceScopes { get; } = [];

    /// <summary>The scopes of a user's consent when the client names none. Default: as built in.</summary>
    public IList<string> UserScopes { get; } = [];

    // Null when an API of one's own has no address; the validator says so before anybody asks.
    internal VismaApi? Resolve(string name, VismaApi? known)
    {
        if ((BaseAddress ?? known?.BaseAddress) is not { } address)
        {
            return null;
        }

        VismaApi api = known is null ? new VismaApi { Name = name, BaseAddress = address } : known with { Name = name };
        VismaApi moved = BaseAddress is null ? api : api with { BaseAddress = address, Origins = [] };
        return moved with
        {
            Origins = [.. moved.Origins, .. Origins],
            Authority = Authority ?? api.Authority,
            ServiceScopes = ServiceScopes.Count == 0 ? api.ServiceScopes : [.. ServiceScopes],
            UserScopes = UserScopes.Count == 0 ? api.UserScopes : [.. UserScopes],
        };
    }
}

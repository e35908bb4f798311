namespace Visma.Connect.Sdk;

/// <summary>An API in the settings: a further API, or changes to the built-in API of the same name.</summary>
public sealed class VismaApiOptions
{
    /// <summary>
    /// The built-in API whose scopes, authority and rate limits are copied, for example <c>NetErp</c>. Default: the built-in API of the same name, if it
    /// exists.
    /// </summary>
    public string? BasedOn { get; set; }

    /// <summary>
    /// The address of the API: https, or http on loopback. It ends with a slash if paths follow. Default: as built in. Required if the API
    /// is not built in.
    /// </summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>
    /// Further origins to which the tokens of the API may be sent. They are added to the built-in origins. With a changed
    /// <see cref="BaseAddress"/> the built-in origins no longer count, because they belong to the built-in address.
    /// </summary>
    public IList<Uri> Origins { get; } = [];

    /// <summary>The name of the authority whose tokens the API accepts. Default: as built in, otherwise <c>VismaConnect</c>.</summary>
    public string? Authority { get; set; }

    /// <summary>The scopes of a service token if the client names none. Default: as built in.</summary>
    public IList<string> ServiceScopes { get; } = [];

    /// <summary>The scopes of a user's consent if the client names none. Default: as built in.</summary>
    public IList<string> UserScopes { get; } = [];

    /// <summary>How the API limits its calls, for <c>AddVismaResilience</c>. Default: as built in, otherwise <c>RetryAfter</c>.</summary>
    public RateLimitDialect? RateLimits { get; set; }

    // Null if an API that is not built in has no address. The validator reports that first.
    internal VismaApi? Resolve(string name, VismaApi? known)
    {
        if ((BaseAddress ?? known?.BaseAddress) is not { } address)
        {
            return null;
        }

        VismaApi api = known is null ? new VismaApi(name, address) : known with { Name = name };
        VismaApi moved = BaseAddress is null ? api : api with { BaseAddress = address, Origins = [] };
        return moved with
        {
            Origins = [.. moved.Origins, .. Origins],
            Authority = Authority ?? api.Authority,
            ServiceScopes = ServiceScopes.Count == 0 ? api.ServiceScopes : [.. ServiceScopes],
            UserScopes = UserScopes.Count == 0 ? api.UserScopes : [.. UserScopes],
            RateLimits = RateLimits ?? api.RateLimits,
        };
    }
}

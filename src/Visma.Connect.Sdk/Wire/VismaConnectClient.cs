using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>The token endpoint of Visma Connect, message by message: no cache, no retry. <see cref="ITokenSource"/> adds those.</summary>
/// <remarks>
/// Thread-safe; keep one for as long as the application runs. Without a container it owns its connections, because a token request must
/// never follow a redirect; in a container it is the keyed service of the client's name.
/// </remarks>
public sealed class VismaConnectClient : IDisposable
{
    private readonly Func<RegisteredClient> _client;
    private readonly FormPost _post;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly HttpClient? _owned;
    private volatile string? _acceptedSecret;

    /// <summary>Creates a client with connections of its own.</summary>
    /// <param name="options">The application. Read at each request, so a changed secret counts at once.</param>
    /// <param name="authority">The identity server; the built-in one that <paramref name="options"/> names when null.</param>
    /// <param name="timeProvider">The clock; the system's when null.</param>
    /// <exception cref="OptionsValidationException">A setting is missing or wrong; the message names it.</exception>
    public VismaConnectClient(VismaClientOptions options, VismaAuthority? authority = null, TimeProvider? timeProvider = null)
        : this(ClientAlone(options, authority), TokenHttpClient.Create(), timeProvider ?? TimeProvider.System)
    {
    }

    internal VismaConnectClient(Func<RegisteredClient> client, Func<HttpClient> http, TimeProvider time, ILogger logger)
    {
        _client = client;
        _post = new FormPost(http, time);
        _time = time;
        _logger = logger;
    }

    private VismaConnectClient(RegisteredClient client, HttpClient owned, TimeProvider time)
        : this(() => client, () => owned, time, NullLogger.Instance)
    {
        _owned = owned;
    }

    /// <summary>Asks for a service token with the client credentials grant (RFC 6749 section 4.4).</summary>
    /// <param name="request">What to ask for; nothing in particular when null.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="VismaConnectException">The server refused, could not be reached, or sent a reply that cannot be used.</exception>
    /// <exception cref="InvalidOperationException">The authority gives partners no service tokens. Nothing was sent.</exception>
    /// <exception cref="ArgumentException">A further parameter has the name of one that the library sets. Nothing was sent.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task<TokenResponse> RequestClientCredentialsTokenAsync(
        ClientCredentialsRequest? request = null,
        CancellationToken cancellationToken = default)
    {
        request ??= new ClientCredentialsRequest();
        RegisteredClient client = _client();
        if (!client.Authority.GrantTypes.Contains(GrantTypes.ClientCredentials))
        {
            throw new InvalidOperationException(
                $"Client '{client.Name}' belongs to authority '{client.Authority.Name}', which gives partners no service tokens: a user has to consent.");
        }

        List<KeyValuePair<string, string>> form = [new("grant_type", GrantTypes.ClientCredentials)];
        if (request.Scopes.Count > 0)
        {
            form.Add(new("scope", string.Join(" ", request.Scopes)));
        }

        if (request.TenantId is not null)
        {
            form.Add(new("tenant_id", request.TenantId));
        }

        foreach (KeyValuePair<string, string> parameter in request.Parameters)
        {
            if (parameter.Key is "grant_type" or "scope" or "tenant_id" or "client_id" or "client_secret")
            {
                throw new ArgumentException($"Parameter '{parameter.Key}' has a property or setting of its own; give it there.", nameof(request));
            }

            form.Add(parameter);
        }

        return SendAsync(new TokenRequest(client, form, request.Scopes, request.TenantId), cancellationToken);
    }

    /// <summary>Closes the connections, where the client owns them.</summary>
    public void Dispose() => _owned?.Dispose();

    private async Task<TokenResponse> SendAsync(TokenRequest request, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> inSettings = request.Client.Options.SecretsInOrder();
        IReadOnlyList<string> secrets = inSettings.Count > 1 ? [.. inSettings.OrderBy(secret => secret == _acceptedSecret ? 0 : 1)] : inSettings;
        for (int tried = 0; ; tried++)
        {
            string? secret = tried < secrets.Count ? secrets[tried] : null;
            using BoundedReply reply = await _post.SendAsync(request, secret, cancellationToken).ConfigureAwait(false);
            try
            {
                TokenResponse response = TokenReplyReader.Read(in reply, request, _time.GetUtcNow());
                _acceptedSecret = secret;
                return response;
            }
            catch (VismaConnectException refusal) when (refusal.Error == "invalid_client" && tried + 1 < secrets.Count)
            {
                Log.SecretRefused(_logger, request.Client.Name, inSettings.TakeWhile(secret => secret != secrets[tried]).Count() + 1, secrets.Count);
            }
        }
    }

    private static RegisteredClient ClientAlone(VismaClientOptions options, VismaAuthority? authority)
    {
        ArgumentNullException.ThrowIfNull(options);
        VismaConnectOptions settings = new() { Section = nameof(VismaClientOptions) };
        authority ??= settings.FindAuthority(options.Authority ?? "");
        List<string> faults = [.. ClientFaults.Of(settings.Section, options)];
        if (authority is null)
        {
            faults.Add($"{settings.Section}:Authority is '{options.Authority}', which is not built in. Give the authority itself to the constructor.");
        }
        else if (!SecureTransport.Allows(authority.TokenEndpoint))
        {
            faults.Add($"The token endpoint of authority '{authority.Name}' is not {SecureTransport.Rule}. Secrets are sent there.");
        }

        return faults.Count == 0
            ? new RegisteredClient(options.ClientId!, options, authority!, [])
            : throw new OptionsValidationException(settings.Section, typeof(VismaClientOptions), faults);
    }
}

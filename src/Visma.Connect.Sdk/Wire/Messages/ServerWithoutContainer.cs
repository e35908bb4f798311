using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>Creates the identity server of a typed client that is used without a container, and checks its settings.</summary>
internal static class ServerWithoutContainer
{
    // Without a container, there is no meter factory. One for all of them: each instance has instruments of its own.
    private static readonly Signals SignalsOfAll = new(meters: null, includesTenant: () => false);

    /// <summary>Creates the server of a client without a container.</summary>
    /// <exception cref="OptionsValidationException">A setting is missing or wrong; the message names it.</exception>
    public static AuthorizationServer Create(
        VismaClientOptions options,
        VismaAuthority? authority,
        HttpMessageHandler transport,
        TokenRequestOptions requests,
        TimeProvider time,
        ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> faults =
        [
            .. ClientFaults.Of(nameof(VismaClientOptions), options, authority),
            .. TokenRequestFaults.Of(requests, nameof(TokenRequestOptions)),
        ];
        if (authority is null)
        {
            faults.Add($"{nameof(VismaClientOptions)}:Authority is '{options.Authority}', which is not built in. Pass the authority to the constructor.");
        }
        else if (!HasSecureEndpoints(authority))
        {
            faults.Add($"An endpoint of authority '{authority.Name}' is not {SecureTransport.Rule}. Secrets and tokens are sent there.");
        }

        if (faults.Count > 0)
        {
            throw new OptionsValidationException(nameof(VismaClientOptions), typeof(VismaClientOptions), faults);
        }

        ConfiguredClient alone = new(options.ClientId!, options, authority!, [], [.. options.Scopes]);
        RequestRepeats repeats = new(() => requests, replaced: null, time, logger);
        return new AuthorizationServer(() => alone, new ServerExchange(() => transport, repeats, SignalsOfAll, time), time, logger);
    }

    private static bool HasSecureEndpoints(VismaAuthority authority) =>
        authority.Endpoints().All(endpoint => endpoint.Address is null || SecureTransport.Allows(endpoint.Address));
}

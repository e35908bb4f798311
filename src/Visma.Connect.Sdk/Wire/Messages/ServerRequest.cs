namespace Visma.Connect.Sdk;

/// <summary>A request to an identity server: how it is sent, and how messages name it.</summary>
internal abstract class ServerRequest(ConfiguredClient client)
{
    public ConfiguredClient Client => client;

    /// <summary>How long it may take, the whole reply included.</summary>
    public TimeSpan Timeout { get; init; } = client.Options.TokenRequestTimeout;

    /// <summary>The message to send. A new one for each attempt.</summary>
    /// <param name="secret">The client secret; null for a public client, or where none is sent.</param>
    public abstract HttpRequestMessage ToMessage(string? secret);

    /// <summary>Every form in which a secret of this request may come back in a server's text.</summary>
    public abstract IEnumerable<string> SecretForms();

    /// <summary>Names the request, the server and the client; nothing secret.</summary>
    public abstract override string ToString();
}

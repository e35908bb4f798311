namespace Visma.Connect.Sdk;

/// <summary>A request to an identity server: its HTTP message, and its name in error messages.</summary>
internal abstract class ServerRequest(ConfiguredClient client)
{
    public ConfiguredClient Client => client;

    /// <summary>How long it may take, including the whole reply, and all repeats and the waits for them.</summary>
    public TimeSpan Timeout { get; init; } = client.Options.TokenRequestTimeout;

    /// <summary>The grant, or another purpose, as a short name for traces and metrics.</summary>
    public abstract string Purpose { get; }

    /// <summary>Whether the request does no harm if the server gets it twice. Default: false.</summary>
    public virtual bool MayBeRepeated => false;

    /// <summary>What each attempt of a request that may be repeated has to pass. Null for nothing.</summary>
    public AttemptGate? Gate { get; set; }

    /// <summary>How much of the body of the reply is read. A longer body than <see cref="ServerReply.MaxBytes"/> is an unusable reply.</summary>
    public virtual int MostBytes => ServerReply.MaxBytes;

    /// <summary>Creates the HTTP message, for one attempt. It accepts JSON.</summary>
    /// <param name="secret">The client secret. Null for a public client, or if the request sends none.</param>
    public abstract HttpRequestMessage ToMessage(string? secret);

    /// <summary>Every encoding in which the text of a server may repeat a secret of this request.</summary>
    public abstract IEnumerable<string> SecretForms();

    /// <summary>Returns the request, the server and the client, without secrets.</summary>
    public abstract override string ToString();
}

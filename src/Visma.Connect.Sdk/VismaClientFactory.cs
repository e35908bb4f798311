namespace Visma.Connect.Sdk;

/// <summary>
/// Creates typed clients that are bound to one customer company or one connection, so that their requests need not name it. Works for
/// hand-written clients and for generated ones (NSwag, Refit, Kiota). Inject it into a constructor.
/// </summary>
/// <typeparam name="T">
/// A typed client that was registered with <c>AddHttpClient&lt;T&gt;().AddVismaToken(...)</c>, or a class that takes such clients. If the type was
/// registered more than once, the last registration is used.
/// </typeparam>
/// <remarks>
/// <para>
/// Thread-safe. The HttpClient of <typeparamref name="T"/> is bound, and so are those of the transient services that it takes, such as other typed
/// clients and what a decorator decorates. A scoped or singleton service is shared with others, so it is never bound. Neither is what a registered
/// <c>Func&lt;T&gt;</c> or <c>Lazy&lt;T&gt;</c> creates later, nor what comes from a scope that the client opens. The clients of all companies share
/// their handlers and pooled connections. To create one is cheap: create it where it is used and do not keep it, as with every typed client.
/// </para>
/// <para>
/// If the typed client is a keyed service, inject its factory with the same key: <c>[FromKeyedServices("key")] VismaClientFactory&lt;T&gt;</c>.
/// </para>
/// </remarks>
public class VismaClientFactory<T>
    where T : class
{
    private readonly Func<string, T> _create;

    /// <summary>Creates a factory for a test without a container.</summary>
    /// <param name="create">Creates the client for a tenant id or for the name of a connection.</param>
    public VismaClientFactory(Func<string, T> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        _create = create;
    }

    /// <summary>
    /// Only for a derived class, such as a mock in a unit test. It must override the methods that are called: in this class they do not work after
    /// this constructor.
    /// </summary>
    protected VismaClientFactory() => _create = null!;

    /// <summary>Creates a client whose requests carry the service token of one company.</summary>
    /// <param name="tenantId">The company's tenant id.</param>
    /// <returns>The client.</returns>
    /// <exception cref="ArgumentException">The tenant id is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">
    /// <typeparamref name="T"/> is not registered, or its HttpClient has no <c>AddVismaToken</c>, or something that it takes cannot be bound.
    /// </exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The settings are wrong; the message names the setting.</exception>
    public virtual T ForTenant(string tenantId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(tenantId);
        return _create(tenantId);
    }

    /// <summary>Creates a client whose requests carry the user token of one connection.</summary>
    /// <param name="connection">The name under which the user connected; see <see cref="VismaConnections"/>.</param>
    /// <returns>The client.</returns>
    /// <exception cref="ArgumentException">The connection is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">
    /// <typeparamref name="T"/> is not registered, or its HttpClient has no <c>AddVismaToken</c>, or something that it takes cannot be bound.
    /// </exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The settings are wrong; the message names the setting.</exception>
    public virtual T ForConnection(string connection)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connection);
        return _create(connection);
    }
}

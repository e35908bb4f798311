using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>
/// Signs in the user of a console or desktop program (RFC 8252): opens the system's browser, waits on a loopback address for the authorization response,
/// and completes the connection. Its tokens are requested as usual, with <c>request.SetConnection</c> or
/// <see cref="TokenKey.ForConnection(string, string)"/>.
/// </summary>
/// <remarks>
/// Thread-safe. The container has one instance, a singleton. Only for programs on the user's own machine: a web application uses
/// <see cref="VismaConnections"/>. Unit tests can replace it: every member is virtual.
/// </remarks>
public class BrowserSignIn
{
    private const string Succeeded = "You are signed in. You can close this window and return to the program.";
    private const string Failed = "The sign-in did not succeed. You can close this window. The program shows the reason.";

    // Null in a mock, which overrides the method that uses them.
    private readonly VismaConnections _connections = null!;
    private readonly ClientDirectory _clients = null!;
    private readonly TimeProvider _time = null!;
    private readonly ILogger _logger = null!;

    internal BrowserSignIn(VismaConnections connections, ClientDirectory clients, TimeProvider time, ILogger logger)
    {
        _connections = connections;
        _clients = clients;
        _time = time;
        _logger = logger;
    }

    /// <summary>
    /// Only for a derived class, such as a mock in a unit test. It must override the methods that are called: in this class they do not work after
    /// this constructor.
    /// </summary>
    protected BrowserSignIn()
    {
    }

    /// <summary>Connects a user, who signs in and consents in the browser during this call.</summary>
    /// <param name="client">
    /// The name of a client in <see cref="VismaConnectOptions.Clients"/>. Its <see cref="VismaClientOptions.RedirectUri"/> is a loopback address,
    /// for example <c>http://127.0.0.1:8400/signed-in</c>, that is registered in the Visma Developer Portal. The host can also be <c>[::1]</c> or
    /// <c>localhost</c>.
    /// </param>
    /// <param name="connection">
    /// The application's name for the connection. It is logged, so it must not contain a secret or personal data. If there is a connection of this
    /// name, it
    /// keeps working until the new consent is complete.
    /// </param>
    /// <param name="options">How to sign in. Default: see <see cref="BrowserSignInOptions"/>.</param>
    /// <param name="cancellationToken">Ends the wait. If the code has not been sent to the server yet, it also ends the sign-in.</param>
    /// <returns>The connection, after the browser has received its page.</returns>
    /// <exception cref="VismaConnectException">
    /// The user declined (<see cref="VismaConnectException.IsCancelledByUser"/>) or did not return in time, the port is in use, the browser cannot
    /// be opened, or the server refused; the message says which. Nothing is saved, and an earlier connection of the name remains.
    /// </exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is missing or wrong; the message names it.</exception>
    /// <exception cref="InvalidOperationException">
    /// The client does not exist, users cannot consent at its authority, or its redirect URI is not a loopback address.
    /// </exception>
    /// <exception cref="ArgumentException">A name is empty, or an option is wrong.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public virtual async Task<VismaConnection> ConnectAsync(
        string client,
        string connection,
        BrowserSignInOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        TokenKey key = TokenKey.ForConnection(client, connection);
        options ??= new BrowserSignInOptions();
        if (options.Timeout <= TimeSpan.Zero || options.Timeout > AuthorizationRequest.Lifetime)
        {
            throw new ArgumentException("The Timeout of a sign-in must be more than zero and at most one hour. Five minutes are 00:05:00.", nameof(options));
        }

        cancellationToken.ThrowIfCancellationRequested();
        AuthorizationRequestOptions authorization = options.Authorization ?? new AuthorizationRequestOptions();
        LoopbackRedirect redirect = LoopbackRedirect.Of(client, authorization.RedirectUri ?? _clients.Find(client).Options.RedirectUri);
        // The port is bound before its address is sent to the server. Otherwise another program could take the port, and receive the code.
        using LoopbackPort port = LoopbackPort.Bind(redirect, options.UseAnyPort);
        AuthorizationRequest request = await _connections
            .BeginAsync(client, connection, authorization.BackTo(redirect.WithPort(port.Number)), cancellationToken)
            .ConfigureAwait(false);
        using CallbackListener listener = new(port, new CallbackRule(request, authorization.ResponseMode), _time, _logger);
        using Callback callback = await ReceiveAsync(listener, request, key, options, cancellationToken).ConfigureAwait(false);
        return await CompleteAsync(request, callback, options, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Callback> ReceiveAsync(
        CallbackListener listener,
        AuthorizationRequest request,
        TokenKey key,
        BrowserSignInOptions options,
        CancellationToken cancellationToken)
    {
        using CancellationTokenSource timer = _time.CreateCancellationTokenSource(options.Timeout);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            Task<Callback> coming = listener.ListenAsync();
            Task opening = OpenAsync(options.OpenBrowser ?? SystemBrowser.OpenAsync, request.Url, either.Token);
            // On some systems this task only completes when the browser is closed, long after the response. It is not awaited then.
            opening.Observe();
            Task first = await Task.WhenAny(coming, opening).WaitAsync(Timeout.InfiniteTimeSpan, _time, either.Token).ConfigureAwait(false);
            await first.ConfigureAwait(false);
            return await coming.WaitAsync(Timeout.InfiniteTimeSpan, _time, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new VismaConnectException(
                FormattableString.Invariant($"The browser did not return to {request.RedirectUri} within {options.Timeout:c} to connect {key}: ")
                + "the user did not finish in the browser, or closed it.",
                IdentityServerCauses.NoAnswerFromBrowser.At(_clients.Find(key).Authority),
                innerException: null)
            {
                IsTransient = true,
            };
        }
    }

    private static async Task OpenAsync(Func<Uri, CancellationToken, Task> open, Uri url, CancellationToken cancellationToken)
    {
        // The caller disposes of its source when the wait ends, and this task can last longer. So it has its own source.
        using CancellationTokenSource opening = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await open(url, opening.Token).ConfigureAwait(false);
    }

    private async Task<VismaConnection> CompleteAsync(
        AuthorizationRequest request,
        Callback callback,
        BrowserSignInOptions options,
        CancellationToken cancellationToken)
    {
        VismaConnection connected;
        try
        {
            connected = await _connections.CompleteAsync(request, callback.Response, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            await callback.AnswerAsync(BrowserPage.Of(options.FailureText ?? Failed)).ConfigureAwait(false);
            throw;
        }

        await callback.AnswerAsync(BrowserPage.Of(options.SuccessText ?? Succeeded)).ConfigureAwait(false);
        return connected;
    }
}

using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>
/// Signs the user of a console or desktop program in (RFC 8252): opens the system's browser, waits on loopback until it comes back, and
/// completes the connection. Its tokens are then had like any others, by <c>request.SetConnection</c> or <see cref="TokenKey.ForConnection(string, string)"/>.
/// </summary>
/// <remarks>Thread-safe; a singleton of the container. Only for programs on the user's own machine: a web application uses <see cref="VismaConnections"/>.</remarks>
public sealed class BrowserSignIn
{
    private const string Succeeded = "You are signed in. You can close this window now and go back to the program.";
    private const string Failed = "The sign-in did not succeed. You can close this window now; the program knows more.";

    private readonly VismaConnections _connections;
    private readonly ClientDirectory _clients;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    internal BrowserSignIn(VismaConnections connections, ClientDirectory clients, TimeProvider time, ILogger logger)
    {
        _connections = connections;
        _clients = clients;
        _time = time;
        _logger = logger;
    }

    /// <summary>Connects a user, who signs in and consents in the browser meanwhile.</summary>
    /// <param name="client">
    /// The name of a client in <see cref="VismaConnectOptions.Clients"/>. Its <see cref="VismaClientOptions.RedirectUri"/> is one on this
    /// machine, such as <c>http://127.0.0.1:8400/signed-in</c>, registered in the Visma Developer Portal; <c>[::1]</c> and <c>localhost</c> do as well.
    /// </param>
    /// <param name="connection">Your name for the connection. No secret, and no personal data: it is logged. An existing one of the name goes on until the new one is complete.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the wait, and before the code is sent the whole attempt.</param>
    /// <returns>The connection, after the browser was told.</returns>
    /// <exception cref="VismaConnectException">
    /// The user said no (<see cref="VismaConnectException.IsCancelledByUser"/>) or did not come back in time, the port is taken, the browser
    /// cannot be opened, or the server refused; the message says which. Nothing is saved, and an earlier connection stands.
    /// </exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is missing or wrong; the message names it.</exception>
    /// <exception cref="InvalidOperationException">There is no such client, it has no users, or its redirect URI does not lead back to this machine.</exception>
    /// <exception cref="ArgumentException">A name is empty, or an option is wrong.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<VismaConnection> ConnectAsync(
        string client,
        string connection,
        BrowserSignInOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        TokenKey key = TokenKey.ForConnection(client, connection);
        options ??= new BrowserSignInOptions();
        if (options.Timeout <= TimeSpan.Zero || options.Timeout > AuthorizationRequest.Lifetime)
        {
            throw new ArgumentException("The Timeout of a sign-in is not between zero and an hour. Five minutes are 00:05:00.", nameof(options));
        }

        cancellationToken.ThrowIfCancellationRequested();
        AuthorizationRequestOptions authorization = options.Authorization ?? new AuthorizationRequestOptions();
        LoopbackRedirect redirect = LoopbackRedirect.Of(client, authorization.RedirectUri ?? _clients.Find(client).Options.RedirectUri);
        // Ours before anybody hears of it: no other program can take the port between, and the code with it.
        using LoopbackPort port = LoopbackPort.Bind(redirect, options.UseAnyPort);
        AuthorizationRequest request = _connections.Begin(client, connection, authorization.BackTo(redirect.WithPort(port.Number)));
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
            // It may go on until the browser is closed, long after the answer, and nobody waits for that.
            opening.Observe();
            Task first = await Task.WhenAny(coming, opening).WaitAsync(Timeout.InfiniteTimeSpan, _time, either.Token).ConfigureAwait(false);
            await first.ConfigureAwait(false);
            return await coming.WaitAsync(Timeout.InfiniteTimeSpan, _time, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            const string Remedy = "Offer to begin again, or allow more time (BrowserSignInOptions.Timeout).";
            throw new VismaConnectException(
                FormattableString.Invariant($"Nobody came back to {request.RedirectUri} within {options.Timeout:c} to connect {key}: the user did not finish in the browser, or closed it. {Remedy}"))
            {
                IsTransient = true,
                Remedy = Remedy,
            };
        }
    }

    private static async Task OpenAsync(Func<Uri, CancellationToken, Task> open, Uri url, CancellationToken cancellationToken)
    {
        // A source of its own, because it may outlive the wait.
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

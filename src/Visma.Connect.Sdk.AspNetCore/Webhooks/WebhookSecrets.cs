using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>The reader for the secrets of an endpoint: its own, or those of the settings, which can change.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class WebhookSecrets
{
    private readonly IOptionsMonitor<VismaConnectOptions>? _settings;
    private volatile Known _known;

    /// <exception cref="OptionsValidationException">There is no secret, or one is wrong.</exception>
    public WebhookSecrets(IList<string> own, IOptionsMonitor<VismaConnectOptions> settings, string pattern)
    {
        if (own.Count > 0)
        {
            _known = new Known(null, ReaderOf(own, pattern));
            return;
        }

        _settings = settings;
        VismaConnectOptions current = settings.CurrentValue;
        _known = new Known(current, ReaderOf(current.Webhooks.Secrets, pattern));
    }

    /// <summary>The reader for the current secrets. After an edit that makes the settings invalid, or removes all secrets, the last ones stay in use.</summary>
    public WebhookReader Reader
    {
        get
        {
            Known known = _known;
            try
            {
                VismaConnectOptions? current = _settings?.CurrentValue;
                if (current is not null && !ReferenceEquals(current, known.Settings) && current.Webhooks.Secrets.Count > 0)
                {
                    _known = known = new Known(current, new WebhookReader(current.Webhooks.Secrets));
                }
            }
            catch (Exception)
            {
                // The core logs invalid settings.
            }

            return known.Reader;
        }
    }

    private static WebhookReader ReaderOf(IList<string> secrets, string pattern)
    {
        if (secrets.Count == 0)
        {
            throw Invalid($"The webhook endpoint {pattern} has no secret, so it could not tell Visma's events from others. Copy the secret of its subscription "
                + "from the Visma Developer Portal to VismaConnect:Webhooks:Secrets (a list), or to options.Secrets of MapVismaWebhook.");
        }

        try
        {
            return new WebhookReader(secrets);
        }
        catch (ArgumentException wrong)
        {
            throw Invalid($"A secret of the webhook endpoint {pattern} is wrong. {wrong.Message}");
        }
    }

    private static OptionsValidationException Invalid(string message) => new(Options.DefaultName, typeof(VismaConnectOptions), [message]);

    private sealed record Known(VismaConnectOptions? Settings, WebhookReader Reader);
}

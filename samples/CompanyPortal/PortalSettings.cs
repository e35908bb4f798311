namespace CompanyPortal;

/// <summary>The settings of the portal itself. Those of the library are in the section <c>VismaConnect</c>.</summary>
internal sealed record PortalSettings(Uri Address, bool UseFakeVisma, string DataFolder, string? TokenDatabase, bool ReceivesWebhooks)
{
    public const string WebhookPath = "/hooks/visma";

    public Uri Callback => new(Address, "visma/callback");

    public Uri WebhookAddress => new(Address, WebhookPath);

    public static PortalSettings Of(IConfiguration configuration)
    {
        string text = configuration["Portal:Address"] ?? "";
        // Everybody who reaches the portal can sign in as each of its users.
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https") || !address.IsLoopback)
        {
            throw new InvalidOperationException($"Portal:Address is '{text}'. It must be an address of this machine, because the sign-in has no passwords.");
        }

        string folder = Path.Combine(AppContext.BaseDirectory, configuration["Portal:DataFolder"] ?? "data");
        string? database = configuration.GetConnectionString("Tokens");
        bool useFakeVisma = configuration.GetValue<bool>("Portal:UseFakeVisma");
        bool hasWebhookSecrets = configuration.GetSection("VismaConnect:Webhooks:Secrets").Exists();
        return new PortalSettings(address, useFakeVisma, folder, string.IsNullOrEmpty(database) ? null : database, useFakeVisma || hasWebhookSecrets);
    }
}

namespace PretendedApplication.Application;

/// <summary>Receives the webhooks of Business NXT.</summary>
public class WebhookEndpoint(WebhookReader reader)
{
    public List<string> Changes { get; } = [];

    public int Receive(byte[] body, string? signature)
    {
        WebhookEvent? received = reader.Read(body, signature);
        if (received is null)
        {
            return 401;
        }

        if (received.TryGetTableChange(out TableChange? change))
        {
            Changes.Add(Describe(change));
        }

        return 202;
    }

    public static string Describe(TableChange change) =>
        $"{change.Event} {change.TableIdentifier} of {change.CompanyNo}: {string.Join(", ", change.PrimaryKeys.Select(key => $"{key.Key}={key.Value}"))}";
}

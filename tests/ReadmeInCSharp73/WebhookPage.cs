using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using Visma.Connect.Sdk;

namespace ReadmeInCSharp73
{
    /// <summary>Webhooks, as an ASP.NET Web API controller gets them.</summary>
    public static class WebhookPage
    {
        public static int Receive(string subscriptionSecret, byte[] body, HttpRequestMessage request, ICollection<string> changes)
        {
            WebhookReader reader = new WebhookReader(subscriptionSecret);
            WebhookEvent received = reader.Read(body, request.Headers.GetValues(WebhookReader.SignatureHeader).Single());
            if (received is null)
            {
                return 401;
            }

            if (received.TryGetTableChange(out TableChange change))
            {
                changes.Add($"{change.Event} in table {change.TableIdentifier} of company {change.CompanyNo}");
            }

            return 202;
        }
    }
}

using Microsoft.AspNetCore.Http;

namespace Visma.Connect.Sdk;

/// <summary>Reads the body of a webhook, up to a length.</summary>
internal static class WebhookBody
{
    /// <summary>Returns the body, or the status that refuses it: 413 for a long one, 400 or another one for one that cannot be read.</summary>
    public static async Task<(byte[] Body, int Refusal)> ReadAsync(HttpRequest request, int most)
    {
        try
        {
            return await BoundedBody.ReadAsync(request, most).ConfigureAwait(false) is { } body
                ? (body, 0)
                : ([], StatusCodes.Status413PayloadTooLarge);
        }
        catch (BadHttpRequestException malformed)
        {
            return ([], malformed.StatusCode);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // The sender has closed the connection, and reads no answer.
            return ([], StatusCodes.Status400BadRequest);
        }
    }
}

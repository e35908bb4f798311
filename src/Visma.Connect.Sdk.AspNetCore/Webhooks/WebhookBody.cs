using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Visma.Connect.Sdk;

/// <summary>Reads the body of a webhook, up to a length.</summary>
internal static class WebhookBody
{
    /// <summary>Returns the body, or the status that refuses it: 413 for a long one, 400 or another one for one that cannot be read.</summary>
    public static async Task<(byte[] Body, int Refusal)> ReadAsync(HttpRequest request, int most)
    {
        if (request.ContentLength > most)
        {
            return ([], StatusCodes.Status413PayloadTooLarge);
        }

        try
        {
            while (true)
            {
                ReadResult read = await request.BodyReader.ReadAsync(request.HttpContext.RequestAborted).ConfigureAwait(false);
                if (read.Buffer.Length > most)
                {
                    request.BodyReader.AdvanceTo(read.Buffer.End);
                    return ([], StatusCodes.Status413PayloadTooLarge);
                }

                if (read.IsCompleted)
                {
                    byte[] body = read.Buffer.ToArray();
                    request.BodyReader.AdvanceTo(read.Buffer.End);
                    return (body, 0);
                }

                request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
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

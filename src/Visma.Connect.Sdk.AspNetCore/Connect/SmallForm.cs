using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Visma.Connect.Sdk;

/// <summary>Reads the body of a posted form, which is as short as an authorization response or a link.</summary>
internal static class SmallForm
{
    private const int LongestBody = 16 * 1024;

    /// <summary>Returns the body, or the status that refuses it: 415 for another content type, 413 for a long body.</summary>
    public static async Task<(string Body, int Refusal)> ReadAsync(HttpRequest request)
    {
        bool isForm = MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
            && type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
            && (type.Charset.Length == 0 || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));
        if (!isForm)
        {
            return ("", StatusCodes.Status415UnsupportedMediaType);
        }

        if (request.ContentLength > LongestBody)
        {
            return ("", StatusCodes.Status413PayloadTooLarge);
        }

        while (true)
        {
            ReadResult read = await request.BodyReader.ReadAsync(request.HttpContext.RequestAborted).ConfigureAwait(false);
            if (read.Buffer.Length > LongestBody)
            {
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return ("", StatusCodes.Status413PayloadTooLarge);
            }

            if (read.IsCompleted)
            {
                string body = Encoding.UTF8.GetString(read.Buffer);
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return (body, 0);
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>The sentence for a refusal.</summary>
    public static string MessageOf(int refusal) =>
        refusal == StatusCodes.Status413PayloadTooLarge ? ConnectTexts.TooLarge : ConnectTexts.WrongType;
}

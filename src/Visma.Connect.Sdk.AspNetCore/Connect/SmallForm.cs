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

        return await BoundedBody.ReadAsync(request, LongestBody).ConfigureAwait(false) is { } body
            ? (Encoding.UTF8.GetString(body), 0)
            : ("", StatusCodes.Status413PayloadTooLarge);
    }

    /// <summary>The sentence for a refusal.</summary>
    public static string MessageOf(int refusal) =>
        refusal == StatusCodes.Status413PayloadTooLarge ? ConnectTexts.TooLarge : ConnectTexts.WrongType;
}

using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Visma.Connect.Sdk;

/// <summary>Reads the body of a request, up to a length.</summary>
internal static class BoundedBody
{
    /// <summary>Returns the body. Null if it is longer.</summary>
    /// <exception cref="BadHttpRequestException">The request is malformed.</exception>
    /// <exception cref="IOException">The sender has closed the connection.</exception>
    /// <exception cref="OperationCanceledException">The request was aborted.</exception>
    public static async Task<byte[]?> ReadAsync(HttpRequest request, int most)
    {
        if (request.ContentLength > most)
        {
            return null;
        }

        while (true)
        {
            ReadResult read = await request.BodyReader.ReadAsync(request.HttpContext.RequestAborted).ConfigureAwait(false);
            if (read.Buffer.Length > most)
            {
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return null;
            }

            if (read.IsCompleted)
            {
                byte[] body = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return body;
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}

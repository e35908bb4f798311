using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk.Tests.FrontDoor;

/// <summary>The code of docs/errors.md, so that it is compiled. <see cref="ReadmeTests"/> compares the two line by line.</summary>
internal static class ErrorExamples
{
    public static async Task SendAsync(HttpClient erp, HttpRequestMessage request, ILogger logger, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await erp.SendAsync(request, cancellationToken);
        if (await response.ExplainAsync(cancellationToken) is { } error)
        {
            logger.LogWarning("{Error}", error);
        }
    }
}

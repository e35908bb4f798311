using System.Net;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>Warns once of mistakes of the application that the API answers without a reason.</summary>
internal sealed class CallerMistakes(VismaApi api, TokenRegistration registration, ILogger logger)
{
    private ApiPath? _path;

    // Only an answer 404 needs it.
    private ApiPath Path => _path ??= new ApiPath(api);

    /// <summary>Warns of a 404 from an address that belongs to no version of the API.</summary>
    public void WatchPath(Uri? address, HttpResponseMessage response)
    {
        if (response.StatusCode == HttpStatusCode.NotFound && address is not null && !Path.Contains(address) && registration.PathWarning.TryTake())
        {
            Log.OutsideOfPath(logger, api.Name, api.BaseAddress);
        }
    }

    /// <summary>Warns of a 401 to a header that the application set.</summary>
    public void WatchHeader(HttpResponseMessage response)
    {
        if (response.StatusCode == HttpStatusCode.Unauthorized && registration.HeaderWarning.TryTake())
        {
            Log.OwnHeaderRefused(logger, api.Name, registration.Client);
        }
    }
}

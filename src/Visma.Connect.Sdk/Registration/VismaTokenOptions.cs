using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>What the library was told about one HttpClient; the named options of its name.</summary>
internal sealed class VismaTokenOptions
{
    public bool CarriesTokens { get; set; }

    public bool PrimaryHandlerNeverRedirects { get; set; }

    public static VismaTokenOptions Of(IServiceProvider provider, string httpClientName) =>
        provider.GetRequiredService<IOptionsMonitor<VismaTokenOptions>>().Get(httpClientName);
}

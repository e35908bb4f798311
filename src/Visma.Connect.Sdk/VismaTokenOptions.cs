namespace Visma.Connect.Sdk;

/// <summary>What <c>AddVismaToken</c> was told about one HttpClient; the named options of its name.</summary>
internal sealed class VismaTokenOptions
{
    public TokenUse? Use { get; set; }

    public bool PrimaryHandlerNeverRedirects { get; set; }
}

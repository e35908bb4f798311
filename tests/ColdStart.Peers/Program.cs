using Visma.Connect.Sdk.ColdStart;
using Visma.Connect.Sdk.ColdStart.Peers;

// Makes one call with a token of the named peer. "bare": with a constant header and an HttpClient, without a container.
await (args[0] switch
{
    "azure" => AzureCorePipeline.CallAsync(),
    "google" => GoogleAuthClient.CallAsync(),
    "msal" => MsalHandler.CallAsync(),
    _ => Bare.CallAsync(),
});
StartFigures.Print();

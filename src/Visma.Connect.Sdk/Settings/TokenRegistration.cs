namespace Visma.Connect.Sdk;

/// <summary>One <c>AddVismaToken</c>: the HttpClient, the API it calls and the client whose tokens it takes.</summary>
internal sealed record TokenRegistration(string HttpClientName, string ApiName, VismaApi? Api, string Client);

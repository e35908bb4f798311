namespace Visma.Connect.Sdk.Tests.FrontDoor;

/// <summary>The typed client of the README's first program.</summary>
public class ErpClient(HttpClient http)
{
    public Task<string> GetCustomersAsync() => http.GetStringAsync("customer");
}

using Visma.Connect.Sdk;

namespace CompanyPortal;

/// <summary>
/// Who may connect what: each user the connections of their own customer, whose name is the name of the connection. The name in the address of a start
/// is text from the browser, so the library asks for this decision.
/// </summary>
internal static class ConnectionRule
{
    /// <summary>A link to connect again was created for this connection, and sent to its customer. Whoever has it need not sign in.</summary>
    public static bool Allows(ConnectionAttempt attempt) => attempt.IsReconnectLink || DemoUser.CustomerOf(attempt.User) == attempt.Connection;

    /// <summary>What the page says that ends a connection by link.</summary>
    public static string? Describe(VismaConnection connection) => DemoUser.All.FirstOrDefault(user => user.Customer == connection.Name)?.Company;
}

using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace CompanyPortal;

/// <summary>A user of the portal, who belongs to one customer. A real portal has these in its database, with a real sign-in.</summary>
internal sealed record DemoUser(string Id, string Name, string Customer, string Company)
{
    private const string CustomerClaim = "customer";

    public static IReadOnlyList<DemoUser> All { get; } =
    [
        new("1", "Kari Nordmann", "nordlys", "Nordlys Bakeri AS"),
        new("2", "Ola Hansen", "fjellheim", "Fjellheim Bygg AS"),
    ];

    public static DemoUser? Find(string? id) => All.FirstOrDefault(user => user.Id == id);

    /// <summary>The signed-in user of a request.</summary>
    public static DemoUser Of(ClaimsPrincipal user) =>
        Find(user.FindFirstValue(ClaimTypes.NameIdentifier)) ?? throw new InvalidOperationException("No user is signed in.");

    /// <summary>The customer to which a user belongs. Null for an anonymous one.</summary>
    public static string? CustomerOf(ClaimsPrincipal user) => user.FindFirstValue(CustomerClaim);

    public ClaimsPrincipal ToPrincipal() => new(new ClaimsIdentity(
        [new(ClaimTypes.NameIdentifier, Id), new(ClaimTypes.Name, Name), new(CustomerClaim, Customer)],
        CookieAuthenticationDefaults.AuthenticationScheme));
}

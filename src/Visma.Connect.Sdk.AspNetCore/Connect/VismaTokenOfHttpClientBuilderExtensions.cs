using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk;

/// <summary>Makes an HttpClient use the token of the current user or route.</summary>
public static class VismaTokenOfHttpClientBuilderExtensions
{
    /// <summary>Makes each request of the HttpClient carry the token that the current HTTP request of the application determines.</summary>
    /// <param name="builder">A named or typed HttpClient with <c>AddVismaToken</c>.</param>
    /// <param name="choose">
    /// Returns whose token it is, for example <c>context => TokenKey.ForConnection("eaccounting", context.User.FindFirstValue("customer")!)</c>. The client
    /// must be the one of <c>AddVismaToken</c>.
    /// </param>
    /// <returns>The builder.</returns>
    /// <remarks>
    /// A request that names a token itself, for example with <c>SetTenant</c>, keeps it. Otherwise an <see cref="InvalidOperationException"/> is thrown, and
    /// nothing is sent, if there is no current HTTP request, for example in a background service, or if <paramref name="choose"/> returns null.
    /// </remarks>
    public static IHttpClientBuilder UseTokenOf(this IHttpClientBuilder builder, Func<HttpContext, TokenKey?> choose)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(choose);
        builder.Services.AddHttpContextAccessor();
        return builder.AddHttpMessageHandler(provider => new CurrentTokenHandler(provider.GetRequiredService<IHttpContextAccessor>(), choose));
    }
}

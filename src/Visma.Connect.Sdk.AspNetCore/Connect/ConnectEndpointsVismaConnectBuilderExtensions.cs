namespace Visma.Connect.Sdk;

/// <summary>Adds the services of <c>app.MapVismaConnect</c> to the library.</summary>
public static class ConnectEndpointsVismaConnectBuilderExtensions
{
    /// <summary>
    /// Adds what <c>app.MapVismaConnect</c> needs: Data Protection, and <see cref="VismaReconnectLinks"/>. <c>ProtectTokensWithDataProtection</c> adds it
    /// too.
    /// </summary>
    /// <param name="builder">The builder that <c>AddVismaConnect</c> returned.</param>
    /// <returns>The builder.</returns>
    public static VismaConnectBuilder AddConnectEndpoints(this VismaConnectBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ConnectRegistration.AddTo(builder.Services);
        return builder;
    }
}

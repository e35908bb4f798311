namespace Visma.Connect.Sdk;

/// <summary>The settings of <c>AddVismaProblemDetails</c>.</summary>
public sealed class VismaProblemDetailsOptions
{
    /// <summary>
    /// Whether a browser that opens a page whose connection has ended is redirected to connect again. Default: true. If false, it gets the 409 as other
    /// callers do.
    /// </summary>
    public bool RedirectBrowsers { get; set; } = true;
}

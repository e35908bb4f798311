namespace Visma.Connect.Sdk;

/// <summary>The names under which the library publishes traces and metrics. docs/operations.md lists the instruments.</summary>
public static class VismaTelemetry
{
    /// <summary>
    /// The name of the <c>ActivitySource</c> and of the <c>Meter</c>: with OpenTelemetry,
    /// <c>tracing.AddSource(VismaTelemetry.Name)</c> and <c>metrics.AddMeter(VismaTelemetry.Name)</c>.
    /// </summary>
    public const string Name = "Visma.Connect.Sdk";
}

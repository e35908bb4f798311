using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Visma.Connect.Sdk;

/// <summary>One thing that a health check found. It contains no secret.</summary>
/// <param name="Status">What it means.</param>
/// <param name="Text">A sentence for an operator. Empty if there is nothing to say.</param>
internal readonly record struct Finding(HealthStatus Status, string Text);

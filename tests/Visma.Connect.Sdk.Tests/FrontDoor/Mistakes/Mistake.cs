using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.FrontDoor.Mistakes;

/// <summary>When a mistake is reported. The sooner, the cheaper it is.</summary>
public enum Reported
{
    /// <summary>While the services are registered.</summary>
    AtRegistration,

    /// <summary>When the host starts.</summary>
    AtStart,

    /// <summary>When the application uses the service.</summary>
    AtUse,

    /// <summary>As a warning or an error in the log; the application goes on.</summary>
    InTheLog,
}

/// <summary>A typical mistake of a developer, and how the library reports it.</summary>
/// <param name="Did">What the developer did. It names the row.</param>
/// <param name="Reported">When it is reported.</param>
/// <param name="Error">The type of the exception; null for a line in the log.</param>
/// <param name="Words">What the message must contain: the cause and the remedy.</param>
public sealed record Mistake(string Did, Reported Reported, Type? Error, params string[] Words)
{
    /// <summary>Settings in place of the good ones. Null removes a setting.</summary>
    public Dictionary<string, string?> Settings { get; init; } = [];

    /// <summary>The environment of the host.</summary>
    public string Environment { get; init; } = "Development";

    /// <summary>Called in place of <c>AddVismaConnect</c> with the section of the settings.</summary>
    public Action<IServiceCollection, IConfiguration>? Connect { get; init; }

    /// <summary>Registers more services.</summary>
    public Action<IServiceCollection>? Services { get; init; }

    /// <summary>Uses the application after its start.</summary>
    public Func<MistakenApp, Task>? Use { get; init; }
}

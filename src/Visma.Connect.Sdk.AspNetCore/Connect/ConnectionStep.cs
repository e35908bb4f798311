namespace Visma.Connect.Sdk;

/// <summary>The two steps of connecting a company in a browser. The application decides at both whether the user may connect it.</summary>
public enum ConnectionStep
{
    /// <summary>The attempt begins: the browser is about to be sent to the identity server.</summary>
    Start,

    /// <summary>The browser has come back with a response, and its code is about to be exchanged.</summary>
    Callback,
}

namespace Visma.Connect.Sdk;

/// <summary>What each attempt of a request that may be repeated has to pass.</summary>
internal abstract class AttemptGate
{
    /// <summary>Waits until the attempt may be sent.</summary>
    /// <exception cref="VismaConnectException">It must not be sent now. This counts as the outcome of the attempt.</exception>
    public abstract Task PassAsync();

    /// <summary>The attempt has failed in a way that may pass. There may be another attempt, after a wait.</summary>
    public abstract void Leave(VismaConnectException failure);
}

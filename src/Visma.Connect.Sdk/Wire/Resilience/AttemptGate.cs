namespace Visma.Connect.Sdk;

/// <summary>What each attempt of a request that may be repeated has to pass.</summary>
internal abstract class AttemptGate
{
    /// <summary>Waits for a place for another attempt. The sender has one for the first attempt.</summary>
    /// <param name="ended">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    /// <exception cref="VismaConnectException">The host is stopping.</exception>
    public abstract Task WaitForPlaceAsync(CancellationToken ended);

    /// <summary>Lets an attempt pass.</summary>
    /// <exception cref="VismaConnectException">It must not be sent now. This counts as the outcome of the attempt.</exception>
    public abstract void Pass();

    /// <summary>The attempt has failed in a way that may pass. There may be another attempt, after a wait.</summary>
    public abstract void Leave(VismaConnectException failure);
}

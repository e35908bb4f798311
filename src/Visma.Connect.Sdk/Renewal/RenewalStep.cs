namespace Visma.Connect.Sdk;

/// <summary>How a renewal continues after an attempt. Holds secrets.</summary>
internal abstract class RenewalStep
{
    private RenewalStep()
    {
    }

    /// <summary>The renewal is finished, with this token.</summary>
    public sealed class Done(AccessToken token) : RenewalStep
    {
        public AccessToken Token => token;
    }

    /// <summary>The entry, which holds a mark of this renewal, is marked once more (step 4) for another send.</summary>
    public sealed class MarkAgain(TokenEntry entry) : RenewalStep
    {
        public TokenEntry Entry => entry;
    }

    /// <summary>The entry is read again (step 1).</summary>
    public sealed class StartOver : RenewalStep
    {
        public static StartOver Instance { get; } = new();
    }
}

namespace Visma.Connect.Sdk;

/// <summary>One row of the catalogue: a symptom, and its remedy at Visma. At another authority, the remedy can differ.</summary>
/// <param name="symptom">How the error shows.</param>
/// <param name="remedy">The remedy.</param>
/// <param name="elsewhere">The remedy at an authority that is not Visma's. Null if the remedy does not mention Visma.</param>
internal sealed class KnownCause(string symptom, VismaRemedy remedy, VismaRemedy? elsewhere = null)
{
    public VismaRemedy Remedy { get; } = remedy with { Symptom = symptom };

    public VismaRemedy? Elsewhere { get; } = elsewhere is null ? null : elsewhere with { Symptom = symptom };

    public VismaRemedy At(VismaAuthority authority) => Elsewhere is null || authority.IsOfVisma ? Remedy : Elsewhere;
}

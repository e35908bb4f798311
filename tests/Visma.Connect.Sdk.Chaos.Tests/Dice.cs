using System.Collections.Concurrent;

namespace Visma.Connect.Sdk.Chaos;

/// <summary>
/// Seeded decisions. Each question about each subject has its own sequence, so the decisions do not depend on the order in which threads ask.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Dice(int seed)
{
    private readonly ConcurrentDictionary<string, ulong> _states = new();

    /// <summary>A number from 0 up to 1, without it.</summary>
    public double Roll(string question)
    {
        ulong state = _states.AddOrUpdate(question, Begin, (_, before) => unchecked(before + 0x9E3779B97F4A7C15));
        return (Mix(state) >> 11) * (1.0 / (1UL << 53));
    }

    public bool Happens(string question, double probability) => Roll(question) < probability;

    public TimeSpan Between(string question, TimeSpan shortest, TimeSpan longest) => shortest + ((longest - shortest) * Roll(question));

    /// <summary>The time to the next of events that come at random, with this time between two of them on average.</summary>
    public TimeSpan Next(string question, TimeSpan average) => average * -Math.Log(1 - Roll(question));

    public T OneOf<T>(string question, IReadOnlyList<T> choices) => choices[(int)(Roll(question) * choices.Count)];

    private ulong Begin(string question)
    {
        ulong hash = 14695981039346656037;
        foreach (char letter in $"{seed} {question}")
        {
            hash = unchecked((hash ^ letter) * 1099511628211);
        }

        return hash;
    }

    // The finalizer of SplitMix64.
    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}

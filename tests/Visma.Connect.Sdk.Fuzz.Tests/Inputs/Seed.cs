namespace Visma.Connect.Sdk.Fuzz.Inputs;

/// <summary>A sequence of numbers that depends on its first number only, on every machine and version of .NET (SplitMix64).</summary>
public struct Seed(ulong state)
{
    public ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        ulong mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}

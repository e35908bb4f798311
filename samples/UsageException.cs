namespace Samples;

/// <summary>The command line is wrong. The message names the argument.</summary>
internal sealed class UsageException(string message) : Exception(message)
{
    /// <summary>Throws if a sample that takes no arguments got one.</summary>
    public static void ThrowIfAny(string[] args)
    {
        if (args.Length > 0)
        {
            throw new UsageException($"Unknown argument '{args[0]}': this program takes none.");
        }
    }
}

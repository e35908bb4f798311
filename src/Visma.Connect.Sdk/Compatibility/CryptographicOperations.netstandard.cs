using System.Runtime.CompilerServices;

// The namespace of newer runtimes, so that the code that uses it is the same for both targets.
namespace System.Security.Cryptography;

/// <summary>The comparison of newer runtimes. Its duration depends only on the length.</summary>
internal static class CryptographicOperations
{
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
    public static bool FixedTimeEquals(byte[] left, byte[] right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        int difference = 0;
        for (int index = 0; index < left.Length; index++)
        {
            difference |= left[index] ^ right[index];
        }

        return difference == 0;
    }
}

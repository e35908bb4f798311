using System.Runtime.CompilerServices;

// Where newer runtimes have it, so that the code that uses it need not know the target.
namespace System.Security.Cryptography;

/// <summary>The comparison of newer runtimes: its time depends on the length alone.</summary>
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

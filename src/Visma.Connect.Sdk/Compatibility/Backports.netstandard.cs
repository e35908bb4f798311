// Members of newer runtimes that netstandard2.0 lacks, under the same names, so that the rest of the code is the same for both targets.
#pragma warning disable IDE0130, CA1812, SA1402
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace System.Diagnostics.CodeAnalysis
{
    [AttributeUsage(AttributeTargets.Parameter)]
    internal sealed class NotNullAttribute : Attribute;

    [AttributeUsage(AttributeTargets.Method)]
    internal sealed class UnconditionalSuppressMessageAttribute(string category, string checkId) : Attribute
    {
        public string Category => category;

        public string CheckId => checkId;

        public string? Justification { get; set; }
    }

    [AttributeUsage(AttributeTargets.Constructor)]
    internal sealed class SetsRequiredMembersAttribute : Attribute;

    internal enum DynamicallyAccessedMemberTypes
    {
        PublicConstructors = 3,
    }

    [AttributeUsage(AttributeTargets.GenericParameter)]
    internal sealed class DynamicallyAccessedMembersAttribute(DynamicallyAccessedMemberTypes memberTypes) : Attribute
    {
        public DynamicallyAccessedMemberTypes MemberTypes => memberTypes;
    }

    [AttributeUsage(AttributeTargets.Parameter)]
    internal sealed class NotNullWhenAttribute(bool returnValue) : Attribute
    {
        public bool ReturnValue => returnValue;
    }
}

namespace System.Runtime.CompilerServices
{
    internal static class IsExternalInit;

    [AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Field | AttributeTargets.Property)]
    internal sealed class RequiredMemberAttribute : Attribute;

    [AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
    internal sealed class CompilerFeatureRequiredAttribute(string featureName) : Attribute
    {
        public string FeatureName => featureName;
    }

    [AttributeUsage(AttributeTargets.Parameter)]
    internal sealed class CallerArgumentExpressionAttribute(string parameterName) : Attribute
    {
        public string ParameterName => parameterName;
    }
}

namespace Visma.Connect.Sdk
{
    internal static class Backports
    {
        extension(ArgumentNullException)
        {
            public static void ThrowIfNull([NotNull] object? argument, [CallerArgumentExpression(nameof(argument))] string? paramName = null)
            {
                if (argument is null)
                {
                    throw new ArgumentNullException(paramName);
                }
            }
        }

        extension(ArgumentException)
        {
            public static void ThrowIfNullOrWhiteSpace([NotNull] string? argument, [CallerArgumentExpression(nameof(argument))] string? paramName = null)
            {
                ArgumentNullException.ThrowIfNull(argument, paramName);
                if (string.IsNullOrWhiteSpace(argument))
                {
                    throw new ArgumentException("The value cannot be an empty string or composed entirely of whitespace.", paramName);
                }
            }
        }

        [ThreadStatic]
        private static Random? _random;

        // The default seed is the time, which the threads and processes of a fleet can share.
        extension(Random)
        {
            public static Random Shared => _random ??= new Random(Guid.NewGuid().GetHashCode());
        }

        extension(Volatile)
        {
            public static void ReadBarrier() => Interlocked.MemoryBarrier();

            public static void WriteBarrier() => Interlocked.MemoryBarrier();
        }

        public static bool Contains(this string text, string value, StringComparison comparison) => text.IndexOf(value, comparison) >= 0;

        public static int IndexOfAnyExcept(this ReadOnlySpan<byte> span, ReadOnlySpan<byte> values)
        {
            for (int index = 0; index < span.Length; index++)
            {
                if (values.IndexOf(span[index]) < 0)
                {
                    return index;
                }
            }

            return -1;
        }

        public static bool ContainsAnyExceptInRange(this ReadOnlySpan<char> span, char lowest, char highest)
        {
            foreach (char character in span)
            {
                if (character < lowest || character > highest)
                {
                    return true;
                }
            }

            return false;
        }

        public static void Deconstruct<TKey, TValue>(this KeyValuePair<TKey, TValue> pair, out TKey key, out TValue value)
        {
            key = pair.Key;
            value = pair.Value;
        }

        public static async ValueTask<int> ReadAsync(this Stream stream, ArraySegment<byte> buffer, CancellationToken cancellationToken) =>
            await stream.ReadAsync(buffer.Array, buffer.Offset, buffer.Count, cancellationToken).ConfigureAwait(false);

        public static async ValueTask WriteAsync(this Stream stream, ArraySegment<byte> buffer, CancellationToken cancellationToken) =>
            await stream.WriteAsync(buffer.Array, buffer.Offset, buffer.Count, cancellationToken).ConfigureAwait(false);

        // The older method has no cancellation token. Disposing the response closes the network connection, which also ends the call.
        public static Task<Stream> ReadAsStreamAsync(this HttpContent content, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return content.ReadAsStreamAsync();
        }
    }
}

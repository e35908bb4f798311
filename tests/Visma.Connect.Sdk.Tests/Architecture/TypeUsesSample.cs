namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>Uses a type in each place of the code where a type can be used. Each type is used in one place only.</summary>
internal static class TypeUsesSample
{
    private static readonly InArray[] Array = [];

    extension(InExtensionReceiver receiver)
    {
        public string Text => receiver.ToString() + typeof(InExtensionBody).Name;
    }

    public static Func<string> Lambda(int captured) => () => nameof(captured) + captured + typeof(InLambda).Name;

    public static string StaticLambda() => ((Func<string>)(static () => typeof(InStaticLambda).Name))() + Array.Length;

    public static string LocalFunction()
    {
        return Local();

        static string Local() => typeof(InLocalFunction).Name;
    }

    public static IEnumerable<string> Iterator()
    {
        yield return typeof(InIterator).Name;
    }

    public static async Task<string> AsyncMethod()
    {
        await Task.Yield();
        return typeof(InAsyncMethod).Name;
    }

    public static int Caught()
    {
        try
        {
            return InStaticCall.Value();
        }
        catch (InCatchException)
        {
            return 0;
        }
    }

    public static bool IsPattern(object value) => value is InPattern;

    public static int TypeArgument() => Enumerable.Empty<InTypeArgument>().Count();

    public static string Switch(int number) => number switch { 0 => "a", 1 => "b", 2 => "c", 3 => "d", _ => typeof(AfterSwitch).Name };

    [InAttribute]
    public static void Signature<T>(InParameter parameter, [InParameterAttribute] string text)
        where T : InConstraint
    {
        _ = parameter;
        _ = text;
    }

    public sealed class Nested : InBase
    {
        public static string Text => typeof(InNestedType).Name;
    }

    public sealed class InArray;

    public sealed class InExtensionReceiver;

    public sealed class InExtensionBody;

    public sealed class InLambda;

    public sealed class InStaticLambda;

    public sealed class InLocalFunction;

    public sealed class InIterator;

    public sealed class InAsyncMethod;

    public static class InStaticCall
    {
        public static int Value() => 1;
    }

    public sealed class InCatchException : Exception;

    public sealed class InPattern;

    public sealed class InTypeArgument;

    public sealed class AfterSwitch;

    [AttributeUsage(AttributeTargets.Method)]
    public sealed class InAttribute : Attribute;

    [AttributeUsage(AttributeTargets.Parameter)]
    public sealed class InParameterAttribute : Attribute;

    public sealed class InParameter;

    public interface InConstraint;

    public abstract class InBase;

    public sealed class InNestedType;

    public sealed class Nowhere;
}

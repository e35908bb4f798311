using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace Visma.Connect.Sdk.Fuzz.Inputs;

/// <summary>
/// Checks many inputs of one corpus. The seed is fixed, so every run has the same inputs. <c>VISMA_FUZZ_SEED=17</c> takes other ones;
/// <c>VISMA_FULL_TESTS=1</c> takes ten times as many.
/// </summary>
public static class FuzzRun
{
    private static readonly ulong RunSeed = ulong.Parse(Environment.GetEnvironmentVariable("VISMA_FUZZ_SEED") ?? "1", CultureInfo.InvariantCulture);
    private static readonly int Times = Environment.GetEnvironmentVariable("VISMA_FULL_TESTS") == "1" ? 10 : 1;

    /// <summary>Takes the place of the inputs of this class, for a fuzzer that brings its own (<c>tests/CoverageFuzz</c>). Default: null.</summary>
    public static Action<Corpus, Action<string>>? Instead { get; set; }

    /// <param name="corpus">What the inputs are made from.</param>
    /// <param name="inputs">How many inputs a run in CI has.</param>
    /// <param name="check">Throws for an input that finds a fault.</param>
    public static void Run(Corpus corpus, int inputs, Action<string> check)
    {
        if (Instead is not null)
        {
            Instead(corpus, check);
            return;
        }

        for (int text = 0; text < corpus.Texts.Count; text++)
        {
            Input unchanged = Input.Unchanged(corpus, text);
            try
            {
                check(unchanged.Text);
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException($"Text {text} of the corpus: {unchanged}", fault);
            }
        }

        Gen<Input> input = Gen.Choose(int.MinValue, int.MaxValue).Two()
            .Select(numbers => Input.From(corpus, ((ulong)(uint)numbers.Item1 << 32) | (uint)numbers.Item2));
        Prop.ForAll(Arb.From(input, tried => tried.Smaller()), tried => check(tried.Text))
            .Check(Config.QuickThrowOnFailure.WithReplay(RunSeed, 1).WithMaxTest(inputs * Times));
        TestContext.Current.TestOutputHelper?.WriteLine(
            FormattableString.Invariant($"{TestContext.Current.TestMethod?.MethodName}: {(inputs * Times) + corpus.Texts.Count} inputs"));
    }
}

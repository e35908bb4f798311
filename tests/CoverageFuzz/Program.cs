using System.Reflection;
using System.Runtime.InteropServices;
using SharpFuzz;
using SharpFuzz.Common;
using Visma.Connect.Sdk.Fuzz.Inputs;

// A test of Visma.Connect.Sdk.Fuzz.Tests with the inputs of afl++, which keeps those that reach new code of the library:
//   CoverageFuzz <test> corpus <directory>   writes the corpus of the test, as the first inputs
//   CoverageFuzz <test> input <file>         repeats one input, for example one that afl++ saved
//   CoverageFuzz <test>                      is started by afl-fuzz
MethodInfo test = typeof(FuzzRun).Assembly.GetTypes().SelectMany(type => type.GetMethods()).Single(method => method.Name == args[0]);

// The library counts its branches in this memory. afl++ provides it later, and tests use the library before.
unsafe
{
    Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(64 * 1024);
}

FuzzRun.Instead = args switch
{
    [_, "corpus", string directory] => (corpus, _) => Write(corpus, directory),
    [_, "input", string file] => (_, check) => check(TextBytes.TextOf(File.ReadAllBytes(file))),
    _ => (_, check) => Fuzzer.OutOfProcess.Run(stream => Check(stream, check)),
};
test.Invoke(Activator.CreateInstance(test.DeclaringType!), null);

static void Write(Corpus corpus, string directory)
{
    Directory.CreateDirectory(directory);
    for (int text = 0; text < corpus.Texts.Count; text++)
    {
        File.WriteAllBytes(Path.Combine(directory, $"{text}.txt"), TextBytes.Of(corpus.Texts[text]));
    }
}

static void Check(Stream stream, Action<string> check)
{
    using MemoryStream input = new();
    stream.CopyTo(input);
    check(TextBytes.TextOf(input.ToArray()));
}

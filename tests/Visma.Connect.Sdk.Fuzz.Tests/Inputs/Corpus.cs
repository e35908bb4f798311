namespace Visma.Connect.Sdk.Fuzz.Inputs;

/// <summary>The texts that the inputs of one test are made from: valid ones, invalid ones, and every input that ever found a fault.</summary>
/// <param name="Texts">The texts. Each is an input itself, before any is changed.</param>
/// <param name="Tokens">Words that mean something to the code under test; they are put into the texts.</param>
public sealed record Corpus(IReadOnlyList<string> Texts, IReadOnlyList<string> Tokens);

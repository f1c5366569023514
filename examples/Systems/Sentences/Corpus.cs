using System.Text.RegularExpressions;
using Ppl.Data;
using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>Sentences as numbers of words, filled up to one length.</summary>
/// <param name="Name">Where they are from.</param>
/// <param name="Vocabulary">The words by number: the end of a sentence, which fills up too, and the unknown word come first.</param>
/// <param name="Words">[sentences, steps], int64; each sentence ends with <see cref="End"/>.</param>
/// <param name="Lengths">[sentences], int64: words up to the end, the end included.</param>
public sealed partial record Corpus(string Name, IReadOnlyList<string> Vocabulary, Tensor Words, Tensor Lengths)
{
    /// <summary>The end of a sentence.</summary>
    public const int End = 0;

    /// <summary>A word that is rare, or dropped.</summary>
    public const int Unknown = 1;

    /// <summary>Whether the grammar wrote them, whose entropy is known.</summary>
    public bool IsOfGrammar { get; private init; }

    // Of a text: longer sentences are left out, and rarer words unknown.
    private const int MostSteps = 16;
    private const int MostWords = 2000;

    /// <summary>
    /// The sentences of a text file, split at full stops, question and exclamation marks and empty lines; a file without such marks has one on each
    /// line. Else some that the grammar writes.
    /// </summary>
    /// <param name="path">The file; null or a folder for the grammar.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="seed">Of the grammar.</param>
    public static Corpus Open(string? path, int count, long seed)
    {
        if (path is null || !File.Exists(path))
        {
            var grammar = new Grammar(seed);
            return Of("sentences of a grammar", [.. Enumerable.Range(0, count).Select(_ => grammar.Next())]) with { IsOfGrammar = true };
        }

        var text = File.ReadAllText(path).ToLowerInvariant();
        string[][] sentences =
        [
            .. (text.AsSpan().ContainsAny(".!?") ? Ends().Split(text) : text.Split('\n'))
                .Select(sentence => Word().Matches(sentence).Select(match => match.Value).ToArray())
                .Where(words => words.Length is > 1 and < MostSteps).Take(count),
        ];
        return sentences.Length >= 20 ? Of(Path.GetFileName(path), sentences)
            : throw new PplArgumentException($"{path}: sentences of 2 to {MostSteps - 1} words are learnt, at least 20 of them; found {sentences.Length}.");
    }

    /// <summary>The rows of a range, as data: words and lengths.</summary>
    /// <param name="first">The first one.</param>
    /// <param name="count">How many.</param>
    public TensorDataset Part(int first, int count) => Dataset.From(Words.narrow(0, first, count), Lengths.narrow(0, first, count));

    /// <summary>A sentence in words.</summary>
    /// <param name="numbers">[steps]; what comes after the end is left out.</param>
    public string Text(Tensor numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        return string.Join(' ', numbers.data<long>().ToArray().TakeWhile(word => word != End).Select(word => Vocabulary[(int)word]));
    }

    private static Corpus Of(string name, string[][] sentences)
    {
        var known = sentences.SelectMany(words => words).GroupBy(word => word, StringComparer.Ordinal)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).Take(MostWords).Select(group => group.Key);
        string[] vocabulary = [".", "<unk>", .. known];
        var numbers = vocabulary.Select((word, i) => (word, i)).ToDictionary(pair => pair.word, pair => (long)pair.i, StringComparer.Ordinal);
        var steps = sentences.Max(words => words.Length) + 1;
        var table = new long[sentences.Length, steps];
        for (var row = 0; row < sentences.Length; row++)
        {
            for (var t = 0; t < sentences[row].Length; t++) table[row, t] = numbers.GetValueOrDefault(sentences[row][t], Unknown);
        }

        return new(name, vocabulary, tensor(table), tensor(sentences.Select(words => words.Length + 1L).ToArray()));
    }

    [GeneratedRegex("[.!?]+|\n\\s*\n")]
    private static partial Regex Ends();

    [GeneratedRegex("\\p{L}+('\\p{L}+)?")]
    private static partial Regex Word();
}

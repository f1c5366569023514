using System.Text;
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

    /// <summary>How many of them, the first ones, are held out.</summary>
    public int HeldOut { get; private init; }

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
    /// <param name="test">How many to hold out, a quarter at most.</param>
    /// <exception cref="PplArgumentException">The file is no text in UTF-8 or UTF-16 with its mark, or has too few sentences.</exception>
    public static Corpus Open(string? path, int count, long seed, int test = 0)
    {
        if (path is null || !File.Exists(path))
        {
            var grammar = new Grammar(seed);
            string[][] written = [.. Enumerable.Range(0, count).Select(_ => grammar.Next())];
            return Of("sentences of a grammar", written, written) with { IsOfGrammar = true, HeldOut = Math.Min(test, count / 4) };
        }

        var text = Read(path);
        var hasEnds = text.AsSpan().ContainsAny(".!?");
        string[][] sentences =
        [
            .. (hasEnds ? Ends().Split(text) : text.Split('\n', '\r'))
                .Select(sentence => Word().Matches(sentence).Select(match => match.Value).ToArray())
                .Where(words => words.Length is > 1 and < MostSteps).Take(count),
        ];
        if (sentences.Length < 20)
        {
            var ends = hasEnds ? "to the next full stop, question or exclamation mark or empty line" : "a line each, since it has no full stops";
            throw new PplArgumentException(
                $"{path}: sentences of 2 to {MostSteps - 1} words are learnt, {ends}; at least 20 are needed, found {sentences.Length}.");
        }

        // Words of the held-out sentences alone are unknown ones, as they will be of any other text.
        var heldOut = Math.Min(test, sentences.Length / 4);
        return Of(Path.GetFileName(path), sentences, sentences[heldOut..]) with { HeldOut = heldOut };
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

    private static string Read(string path)
    {
        try
        {
            var text = File.ReadAllText(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            if (!text.Contains('\0', StringComparison.Ordinal)) return text.ToLowerInvariant();
        }
        catch (DecoderFallbackException)
        {
            // Said below, as of a file of zeros.
        }

        throw new PplArgumentException($"{path} is no text in UTF-8, nor in UTF-16 with its mark.");
    }

    private static Corpus Of(string name, string[][] sentences, string[][] learnt)
    {
        var known = learnt.SelectMany(words => words).GroupBy(word => word, StringComparer.Ordinal)
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

    [GeneratedRegex("\\p{L}[\\p{L}\\p{M}]*('\\p{L}[\\p{L}\\p{M}]*)?")]
    private static partial Regex Word();
}

using System.Text;
using Ppl.Data;
using Ppl.Examples.Systems;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.Examples.Tests;

/// <summary>What sentences are made of, and that what stands after their end does not matter.</summary>
public sealed class SentenceTests
{
    /// <summary>Shares of the grammar's first choices, and its entropy against that of the trees written out.</summary>
    [Fact]
    public void The_grammar_writes_what_its_entropy_says()
    {
        var grammar = new Grammar(0);
        var sentences = Enumerable.Range(0, 20_000).Select(_ => string.Join(' ', grammar.Next())).ToList();

        // Sentences without adjectives and place have one tree, 1/8 of the probability over 3 · 2 · 2 · 4 · 3 · 4 of them.
        var plain = sentences.Where(text => text.Split(' ').Length == 5).ToList();
        Assert.Equal(1.0 / 8, plain.Count / 20_000.0, 0.01);
        Assert.Equal(3 * 2 * 2 * 4 * 3 * 4, plain.Distinct().Count() + Missing(plain.Count));
        Assert.Equal(Math.Log(576) + (3 * Math.Log(2)) + (1.5 * Math.Log(3)), Grammar.Entropy, 12);

        // Of 576 sentences that are equally likely so many do not come in n draws.
        static int Missing(int draws) => (int)Math.Round(576 * Math.Pow(1 - (1 / 576.0), draws));
    }

    [Fact]
    public void A_corpus_ends_and_fills_up_sentences()
    {
        using var scope = NewDisposeScope();
        var corpus = Corpus.Open(null, 50, 1);
        Assert.True(corpus.IsOfGrammar);
        using var part = corpus.Part(3, 2);
        var (words, lengths) = (part.All()[0], part.All()[1]);
        for (var row = 0; row < 2; row++)
        {
            var length = lengths[row].item<long>();
            Assert.Equal(length - 1, corpus.Text(words[row]).Split(' ').Length);
            Assert.Equal(0, words[row].narrow(0, length - 1, words.shape[1] - length + 1).sum().item<long>());
            Assert.StartsWith("the ", corpus.Text(words[row]), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_text_file_becomes_sentences()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var path = folder.File("text.txt");
        File.WriteAllText(path, string.Concat(Enumerable.Repeat("It's a dog! Is it? No.\n\nThe cat   sat,\nthere. ", 10)));
        var corpus = Corpus.Open(path, 100, 0);
        Assert.False(corpus.IsOfGrammar);
        Assert.Equal(["it's a dog", "is it", "the cat sat there"], Enumerable.Range(0, 3).Select(row => corpus.Text(corpus.Words[row])));
        File.WriteAllText(path, "One sentence only.");
        Assert.Contains("at least 20", Assert.Throws<PplArgumentException>(() => Corpus.Open(path, 100, 0)).Message, StringComparison.Ordinal);

        File.WriteAllText(path, string.Concat(Enumerable.Repeat("one sentence a line\r\nand no full stops\r\n", 20)));
        Assert.Equal(40, Corpus.Open(path, 100, 0).Lengths.shape[0]);
    }

    /// <summary>A word that no training sentence has is unknown to the model, as in any other text.</summary>
    [Fact]
    public void Words_of_held_out_sentences_alone_are_unknown()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var path = folder.File("text.txt");
        File.WriteAllLines(path, ["a zebra walks", .. Enumerable.Repeat("a cafe\u0301 opens", 30)]);
        var corpus = Corpus.Open(path, 100, 0, test: 1);
        Assert.Equal(1, corpus.HeldOut);
        Assert.Equal("a <unk> <unk>", corpus.Text(corpus.Words[0]));
        Assert.Equal("a cafe\u0301 opens", corpus.Text(corpus.Words[1]));
    }

    [Fact]
    public void What_is_no_text_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("text.txt");
        byte[][] files = [Encoding.Latin1.GetBytes("un \u00e9t\u00e9. "), Encoding.Unicode.GetBytes("two words. "), [0, 1, 2, 255]];
        foreach (var bytes in files)
        {
            File.WriteAllBytes(path, [.. Enumerable.Repeat(bytes, 40).SelectMany(b => b)]);
            Assert.Equal(
                $"{path} is no text in UTF-8, nor in UTF-16 with its mark.", Assert.Throws<PplArgumentException>(() => Corpus.Open(path, 100, 0)).Message);
        }

        File.WriteAllText(path, string.Concat(Enumerable.Repeat("two words. ", 40)), Encoding.Unicode);
        using var scope = NewDisposeScope();
        Assert.Equal(40, Corpus.Open(path, 100, 0).Lengths.shape[0]);
    }

    /// <summary>Words after the end have no part in the bound, nor in the code; and the bound is the sum over the words by hand.</summary>
    [Fact]
    public void What_stands_after_the_end_does_not_matter()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var corpus = Corpus.Open(null, 20, 2);
        var model = new SentenceVae(corpus.Vocabulary.Count, 3, 8, wordDropout: 0.5);
        var guide = model.CreateGuide(z: Posterior.Diagonal(model.Encoder()));
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        var before = svi.Evaluate(Dataset.From(corpus.Words, corpus.Lengths));
        var isAfter = arange(corpus.Words.shape[1]).unsqueeze(0).ge(corpus.Lengths.unsqueeze(1));
        Assert.True(isAfter.any().item<bool>());
        var other = where(isAfter, full_like(corpus.Words, 5), corpus.Words);
        Assert.Equal(before.Bound, svi.Evaluate(Dataset.From(other, corpus.Lengths)).Bound, 1e-5);

        var codes = Evaluate.Codes(model, guide, Dataset.From(corpus.Words, corpus.Lengths));
        Assert.True((codes - Evaluate.Codes(model, guide, Dataset.From(other, corpus.Lengths))).abs().max().item<double>() < 1e-6);
        model.Dispose();
        guide.Dispose();
    }

    [Fact]
    public void Words_are_dropped_in_training_alone()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var dropout = new WordDropout(0.25);
        var words = full([100, 100], 7, ScalarType.Int64);
        Assert.Equal(0.25, dropout.call(words).eq(Corpus.Unknown).to(float32).mean().item<float>(), 0.02);
        dropout.eval();
        Assert.True(dropout.call(words).eq(7).all().item<bool>());
    }
}

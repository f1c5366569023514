using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Systems;

/// <summary>
/// z ~ Normal(0, I), and each word from a recurrent state that begins at z and reads z and the word before (Bowman et al. 2016).
/// </summary>
public sealed partial class SentenceVae : GenerativeModel
{
    private readonly int latents;
    private readonly long vocabulary;
    private readonly int units;
    private readonly Module<Tensor, Tensor> start;
    private readonly Module<Tensor, Tensor> read;
    private readonly GRUCell next;
    private readonly Module<Tensor, Tensor> output;

    /// <summary>Random weights.</summary>
    /// <param name="vocabulary">Words.</param>
    /// <param name="latents">The dimension of z.</param>
    /// <param name="units">Of the recurrent state, and of a word.</param>
    /// <param name="wordDropout">The share of words that the decoder reads as unknown while it is trained.</param>
    public SentenceVae(long vocabulary, int latents, int units, double wordDropout = 0)
    {
        (this.vocabulary, this.latents, this.units) = (vocabulary, latents, units);
        start = Linear(latents, units);
        read = Sequential(new WordDropout(wordDropout), Embedding(vocabulary, units));
        next = GRUCell(units + latents, units);
        output = Linear(units, vocabulary);
        RegisterComponents();
    }

    /// <summary>A new encoder.</summary>
    public SentenceEncoder Encoder() => new(vocabulary, units);

    [Model]
    private void Generate(Tensor words, Tensor length)
    {
        using var sentence = Plate(words, length);
        var z = Sample(Normal(0, 1).Expand(latents));
        var state = start.call(z).tanh();
        Observe(words[.., 0], Categorical(logits: output.call(state)));
        for (var t = 1; t < (int)words.shape[1]; t++)
        {
            state = next.call(cat([read.call(words[.., t - 1]), z], -1), state);
            Observe(words[.., t], Categorical(logits: output.call(state)), where: length > t);
        }
    }

    /// <summary>The most probable word after the other.</summary>
    /// <param name="z">[rows, latents].</param>
    /// <param name="steps">Words at most.</param>
    /// <returns>[rows, steps], int64.</returns>
    public Tensor MostProbable(Tensor z, int steps)
    {
        var state = start.call(z).tanh();
        var words = new List<Tensor> { output.call(state).argmax(-1) };
        while (words.Count < steps)
        {
            state = next.call(cat([read.call(words[^1]), z], -1), state);
            words.Add(output.call(state).argmax(-1));
        }

        return stack(words, 1);
    }
}

/// <summary>The same network without z: a recurrent language model, trained by maximum likelihood.</summary>
public sealed partial class LanguageModel : GenerativeModel
{
    private readonly Parameter start;
    private readonly Module<Tensor, Tensor> read;
    private readonly GRUCell next;
    private readonly Module<Tensor, Tensor> output;

    /// <summary>Random weights.</summary>
    /// <param name="vocabulary">Words.</param>
    /// <param name="units">Of the recurrent state, and of a word.</param>
    public LanguageModel(long vocabulary, int units)
    {
        start = Parameter(zeros(units));
        read = Embedding(vocabulary, units);
        next = GRUCell(units, units);
        output = Linear(units, vocabulary);
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor words, Tensor length)
    {
        using var sentence = Plate(words, length);
        var state = start.tanh().expand(length.shape[0], -1);
        Observe(words[.., 0], Categorical(logits: output.call(state)));
        for (var t = 1; t < (int)words.shape[1]; t++)
        {
            state = next.call(read.call(words[.., t - 1]), state);
            Observe(words[.., t], Categorical(logits: output.call(state)), where: length > t);
        }
    }
}

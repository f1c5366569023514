using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Systems;

/// <summary>The last state of a recurrent pass over a sentence: words after its end do not matter.</summary>
public sealed class SentenceEncoder : Module<Tensor, Tensor, Tensor>
{
    private readonly Embedding read;
    private readonly GRU pass;

    /// <summary>Random weights.</summary>
    /// <param name="vocabulary">Words.</param>
    /// <param name="units">Of the recurrent state, and of a word.</param>
    public SentenceEncoder(long vocabulary, int units) : base(nameof(SentenceEncoder))
    {
        read = Embedding(vocabulary, units);
        pass = GRU(units, units, batchFirst: true);
        RegisterComponents();
    }

    /// <summary>The features.</summary>
    /// <param name="words">[rows, steps], int64.</param>
    /// <param name="there">[rows, steps − 1]: 1 for each word after the first up to the end of the sentence, then 0.</param>
    /// <returns>[rows, units].</returns>
    public override Tensor forward(Tensor words, Tensor there)
    {
        var (states, _) = pass.call(read.call(words));
        var last = there.sum(1).to(ScalarType.Int64).reshape(-1, 1, 1).expand(-1, 1, states.shape[2]);
        return states.gather(1, last).squeeze(1);
    }
}

/// <summary>Words become unknown at random while the network is trained (Bowman et al. 2016, section 3.1).</summary>
/// <param name="share">The share of them, in [0, 1].</param>
public sealed class WordDropout(double share) : Module<Tensor, Tensor>(nameof(WordDropout))
{
    /// <summary>The words, some of them unknown.</summary>
    /// <param name="words">int64, of any shape.</param>
    public override Tensor forward(Tensor words) => !training || share == 0 ? words
        : where(rand(words.shape, device: words.device).lt(share), full_like(words, Corpus.Unknown), words);
}

using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Ppl.Inference.Tests.EndToEnd;

// Models of data alone: what is unknown are their own parameters.

/// <summary>x ~ Σ_k softmax(weights)_k N(means_k, exp(logScales_k)²).</summary>
internal sealed partial class TwoClusters : GenerativeModel
{
    private readonly Parameter weights = new(zeros([2], ScalarType.Float64));
    private readonly Parameter means = new(tensor([-1.0, 1.0]));
    private readonly Parameter logScales = new(zeros([2], ScalarType.Float64));

    public TwoClusters() => RegisterComponents();

    public Parameter Weights => weights;

    public Parameter Means => means;

    public Parameter LogScales => logScales;

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        Observe(x, MixtureSameFamily(Categorical(logits: weights), Normal(means, logScales.exp())));
    }
}

/// <summary>Series of a hidden Markov chain with two states, whose states are summed out.</summary>
internal sealed partial class TwoStates : GenerativeModel
{
    private readonly Parameter stay = new(zeros([2, 2], ScalarType.Float64));
    private readonly Parameter means = new(tensor([-1.0, 1.0]));

    public TwoStates() => RegisterComponents();

    public Parameter Stay => stay;

    public Parameter Means => means;

    [Model]
    private void Generate(Tensor x)
    {
        using var series = Plate(x);
        Observe(x, HiddenMarkov(4, full(2, 0.5, ScalarType.Float64), stay.softmax(1), Normal(means, 1)));
    }
}

/// <summary>y ~ N(slope · x + offset, 1): the covariate is no latent, and neither is the slope.</summary>
internal sealed partial class Line : GenerativeModel
{
    private readonly Parameter slope = new(zeros([], ScalarType.Float64));
    private readonly Parameter offset = new(zeros([], ScalarType.Float64));

    public Line() => RegisterComponents();

    public Parameter Slope => slope;

    public Parameter Offset => offset;

    [Model]
    private void Generate(Tensor x, Tensor y)
    {
        using var data = Plate(x, y);
        Observe(y, Normal((slope * x) + offset, 1));
    }
}

/// <summary>The same slope with a prior, one for all rows: its point is the maximum a posteriori.</summary>
internal sealed partial class CoinWithPrior : GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
        var heads = Sample(Beta(6, 20));
        using var data = Plate(x);
        Observe(x, Bernoulli(probs: heads));
    }
}

internal sealed partial class LineWithPrior : GenerativeModel
{
    [Model]
    private void Generate(Tensor x, Tensor y)
    {
        var slope = Sample(Normal(0, 0.5));
        using var data = Plate(x, y);
        Observe(y, Normal(slope * x, 1));
    }
}

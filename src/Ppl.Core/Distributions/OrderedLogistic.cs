using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The ordered logistic distribution of one of C ordered categories: ordinal regression.</summary>
/// <remarks>
/// P(X ≤ k) = σ(c_k − predictor) for the C − 1 cutpoints c, with σ the logistic function: a category is where predictor plus a logistic noise falls
/// between them. log p(k) = log σ(c_k − predictor) + log σ(predictor − c_{k−1}) + log(1 − exp(c_{k−1} − c_k)), without the terms of a cutpoint that
/// the first and the last category have not; that form neither cancels nor saturates. Draws (int64) have the predictor's shape, broadcast with the
/// rows of the cutpoints. Proportional odds: McCullagh (1980), Journal of the Royal Statistical Society B 42(2).
/// </remarks>
[Family(Support.Categories)]
public sealed class OrderedLogistic : ParametricFamily<OrderedLogistic>
{
    private static readonly ParameterDeclaration PredictorOf = new("predictor", Constraint.Real);
    private static readonly ParameterDeclaration CutpointsOf = new("cutpoints", Constraint.Ordered);

    /// <summary>An ordered logistic distribution.</summary>
    /// <param name="predictor">The location: any real. Any shape.</param>
    /// <param name="cutpoints">[..., C − 1] with C ≥ 2: increasing over the last dimension. Its rows broadcast with the predictor.</param>
    /// <exception cref="PplShapeException">The cutpoints have no dimension, or the shapes do not broadcast.</exception>
    public OrderedLogistic(TensorOrScalar predictor, Tensor cutpoints) : base(PredictorOf.Of(predictor), Vector(cutpoints))
    {
    }

    /// <summary>The location, as given.</summary>
    public TensorOrScalar Predictor => ParameterAt(0);

    /// <summary>Where one category ends and the next begins, as given: [..., C − 1].</summary>
    public Tensor Cutpoints => ParameterAt(1).Tensor!;

    /// <summary>C, the number of categories.</summary>
    public long Categories => Cutpoints.shape[^1] + 1;

    /// <inheritdoc/>
    public override Constraint ValueConstraint => Constraint.Categories(Categories);

    /// <summary>The categories' log-probabilities: [..., C].</summary>
    public Tensor LogProbs
    {
        get
        {
            var above = Cutpoints - Predictor.AsTensor(Cutpoints).unsqueeze(-1);
            var none = zeros_like(above.narrow(-1, 0, 1));
            var upper = cat([LogSigmoid(above), none], -1);
            var lower = cat([none, LogSigmoid(-above)], -1);
            var gaps = Cutpoints.narrow(-1, 1, Categories - 2) - Cutpoints.narrow(-1, 0, Categories - 2);
            var ends = zeros_like(Cutpoints.narrow(-1, 0, 1));
            return upper + lower + cat([ends, (-(-gaps).expm1()).log(), ends], -1);
        }
    }

    /// <summary>The categories' probabilities: [..., C].</summary>
    public Tensor Probs => LogProbs.exp();

    /// <summary>Not defined: categories are not numbers.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Mean => throw new NotSupportedException("OrderedLogistic has no mean: categories are not numbers. Use Probs.");

    /// <summary>Not defined: categories are not numbers.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Variance
        => throw new NotSupportedException("OrderedLogistic has no variance: categories are not numbers. Use Probs.");

    /// <summary>The most probable category (int64).</summary>
    public override Tensor Mode => LogProbs.argmax(-1).expand(Shape);

    /// <inheritdoc/>
    public override bool HasEnumerableSupport => true;

    /// <inheritdoc/>
    public override Tensor EnumerateSupport() => AsSupport(arange(Categories, ScalarType.Int64, Cutpoints.device));

    /// <inheritdoc/>
    public override Tensor Sample(long[] sampleShape, Generator? generator)
    {
        using var grad = no_grad();
        var uniform = rand(DrawShape(sampleShape), ScalarType.Float64, Cutpoints.device, generator: generator);
        var location = Predictor.Wide(Cutpoints) + uniform.log() - (-uniform).log1p();
        return location.unsqueeze(-1).gt(Cutpoints).sum(-1);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var (index, isInside) = Categorical.IndexOf(value.expand(full), Categories);
        return LogProbs.expand([.. full, Categories]).gather(-1, index).squeeze(-1).WhereInside(isInside, value);
    }

    /// <inheritdoc/>
    public override Tensor Entropy()
    {
        var log = LogProbs;
        return WholeBatch(-(log.exp() * where(log.gt(double.NegativeInfinity), log, zeros_like(log))).sum(-1));
    }

    /// <summary>σ(c_k − predictor) for category k, and 1 for the last.</summary>
    /// <param name="value">Categories; broadcasts with <see cref="Distribution.Shape"/>.</param>
    public override Tensor Cdf(Tensor value)
    {
        var full = FullShape(value);
        var below = (Cutpoints - Predictor.AsTensor(Cutpoints).unsqueeze(-1)).sigmoid();
        var steps = cat([zeros_like(below.narrow(-1, 0, 1)), below, ones_like(below.narrow(-1, 0, 1))], -1);
        var index = (value.to(ScalarType.Float64).floor() + 1).clamp(0, Categories).to(ScalarType.Int64).expand(full).unsqueeze(-1);
        return steps.expand([.. full, Categories + 1]).gather(-1, index).squeeze(-1);
    }

    private static Tensor LogSigmoid(Tensor x) => -Bernoulli.Softplus(-x);

    private static Parameter Vector(Tensor cutpoints)
    {
        ArgumentNullException.ThrowIfNull(cutpoints);
        return cutpoints.dim() > 0 && cutpoints.shape[^1] > 0 ? CutpointsOf.Of(cutpoints) : throw new PplShapeException(
            $"OrderedLogistic needs at least one cutpoint in its last dimension; found shape {ShapeText.Of(cutpoints.shape)}.");
    }
}

using System.Globalization;
using Ppl.Shapes;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>Tries what the author of a family may get wrong without an error, at some parameters and values.</summary>
/// <param name="family">The distribution.</param>
internal sealed class FamilyCheck(Distribution family)
{
    private const int Batches = 50;
    private const long DrawsOfBatch = 400;

    // Of Student's t with 49 degrees of freedom, beyond it in one case of 4 million.
    private const double Farthest = 6;

    private readonly long[] batch = family.Shape[..^family.EventDimensions];

    /// <param name="value">Values of the support, of the distribution's shape.</param>
    /// <exception cref="PplException">The message names the family, what was found, and what it should be.</exception>
    public void Run(Tensor value)
    {
        using var scope = NewDisposeScope();
        using var grad = enable_grad();
        value = value.detach();
        family.Validate();
        family.ValidateValue(value);
        var density = family.CheckedLogProb(value).detach();
        Compare(family.With(t => t.clone()).CheckedLogProb(value), density, "of a copy with equal parameters, With(t => t.clone()),");
        Compare(family.Map((t, _) => t.unsqueeze(0)).CheckedLogProb(value), density.unsqueeze(0), "with a dimension of rows more, by Map,");
        Compare(family.Expand([2, .. batch]).CheckedLogProb(value), stack([density, density]), "of Expand");
        CheckSlope(value);
        CheckDraws();
        CheckScores(value);
    }

    // The slope of the distribution function is the density.
    private void CheckSlope(Tensor value)
    {
        if (family.IsDiscrete || family.EventDimensions > 0 || !is_floating_point(value)) return;
        var x = value.clone().requires_grad_();
        Tensor cdf;
        try
        {
            cdf = family.Cdf(x);
        }
        catch (NotSupportedException)
        {
            return;
        }

        if (!cdf.requires_grad) return;
        cdf.sum().backward(inputs: [x]);
        Compare(x.grad!, family.LogProb(value).detach().exp(), "is the logarithm of a density other than the slope of Cdf:", isDensity: true);
    }

    private void CheckDraws()
    {
        using var generator = new Generator(0);
        var draws = family.Sample([3], generator);
        long[] expected = [3, .. family.Shape];
        if (!draws.shape.AsSpan().SequenceEqual(expected))
            throw new PplShapeException($"{family}: Sample(3) has shape {ShapeText.Of(draws.shape)}; it must be {ShapeText.Of(expected)}.");
        if (family.FindValueFault(draws) is { } fault)
            throw (fault with { Rule = $"{family.Name} draws values outside its own support: {fault.Rule}" }).ToException();
    }

    /// <summary>
    /// Of a density that belongs to the draws, the derivative by a parameter is 0 in the mean, where the support does not move with it.
    /// </summary>
    private void CheckScores(Tensor value)
    {
        var leaves = new List<Tensor>();
        var trained = family.With(tensor => Leaf(tensor, leaves));
        var names = trained.Parameters.Where(p => p.Value.Tensor is { requires_grad: true }).ToList();
        if (names.Count == 0) return;
        var own = trained.LogProb(value).sum();
        foreach (var parameter in names.Where(p => !p.Declaration.Constraint.IsDiscrete && Gradient(own, p.Value.Tensor!) is null))
        {
            throw new PplArgumentException(
                $"{family.Name}: LogProb has no derivative by its parameter {parameter.Declaration.Name}: it is detached, or read elsewhere than "
                + "from ParameterAt.");
        }

        if (MovesWithParameters(trained.ValueConstraint)) return;
        using var generator = new Generator(1);
        var sums = names.ConvertAll(_ => new List<double>());
        for (var i = 0; i < Batches; i++)
        {
            using var inner = NewDisposeScope();
            var mean = trained.LogProb(family.Sample([DrawsOfBatch], generator).detach()).mean();
            for (var j = 0; j < names.Count; j++) sums[j].Add(ScoreOf(mean, names[j]));
        }

        for (var j = 0; j < names.Count; j++) CompareWithZero(names[j].Declaration.Name, sums[j]);
    }

    // Summed over the entries that may move both ways: not over those at an end of their set, nor where the set is a surface, as the simplex is.
    private static double ScoreOf(Tensor number, Parameter parameter)
    {
        var (leaf, set) = (parameter.Value.Tensor!, parameter.Declaration.Constraint);
        while (set is VectorConstraint vector) set = vector.Element;
        if (set is SimplexConstraint or ZeroSumConstraint or CorrelationCholeskyConstraint or PositiveDefiniteConstraint) return 0;
        if (Gradient(number, leaf) is not { } gradient) return 0;
        if (set is not RealConstraint) gradient = gradient.masked_fill(leaf.eq(0).logical_or(leaf.eq(1)), 0);
        return gradient.sum().to(ScalarType.Float64).ToDouble();
    }

    private void CompareWithZero(string parameter, List<double> scores)
    {
        var mean = scores.Average();
        var error = Math.Sqrt(scores.Sum(s => (s - mean) * (s - mean)) / (Batches - 1) / Batches);
        if (Math.Abs(mean) <= Farthest * error + 1e-6) return;
        throw new PplArgumentException(
            $"{family.Name}: at its own draws the derivative of LogProb by {parameter} is {Text(mean)} ± {Text(error)} in the mean, and is to be 0: "
            + "LogProb and Sample are of two distributions, or a term of the normalizer is missing.");
    }

    private static Tensor Leaf(Tensor tensor, List<Tensor> leaves)
    {
        var leaf = tensor.detach().clone();
        if (is_floating_point(leaf)) leaves.Add(leaf.requires_grad_());
        return leaf;
    }

    // Null where the number does not depend on the tensor.
    private static Tensor? Gradient(Tensor number, Tensor leaf)
    {
        if (!number.requires_grad) return null;
        leaf.grad = null;
        number.backward(retain_graph: true, inputs: [leaf]);
        return leaf.grad;
    }

    // A set with bounds that are tensors, or that a number of trials sets.
    private static bool MovesWithParameters(Constraint set)
    {
        var moves = set.IsPoint || set is CountsConstraint or IntegerConstraint { IsIndex: false, High: { IsScalar: false } };
        set.Map((tensor, _) =>
        {
            moves = true;
            return tensor;
        });
        return moves;
    }

    private void Compare(Tensor found, Tensor expected, string what, bool isDensity = false)
    {
        using var grad = no_grad();
        var tolerance = expected.dtype == ScalarType.Float64 ? 1e-6 : 1e-3;
        var (a, b) = (found.detach(), expected.detach());
        var isClose = (a - b).abs().le((1 + b.abs()) * tolerance).logical_or(a.eq(b));
        if (!a.shape.AsSpan().SequenceEqual(b.shape))
            throw new PplShapeException($"{family}: LogProb {what} has shape {ShapeText.Of(a.shape)}; it must be {ShapeText.Of(b.shape)}.");
        var rule = isDensity ? $"{family.Name}: LogProb {what} the slope" : $"{family.Name}: LogProb {what} is another than that of the distribution";
        if (ValueCheck.First(a, isClose, "density", rule) is { } fault) throw new PplArgumentException(fault.Message + ".");
    }

    private static string Text(double number) => number.ToString("G4", CultureInfo.InvariantCulture);
}

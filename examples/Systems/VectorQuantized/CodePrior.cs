using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>The prior of the second stage: p(codes) = Π p(codeᵢ | codes before it), on a grid of codes.</summary>
public sealed partial class CodePrior : GenerativeModel
{
    private readonly PixelCnn network;

    /// <summary>Random weights.</summary>
    /// <param name="categories">K, the codes.</param>
    /// <param name="side">Cells on a side of the grid.</param>
    /// <param name="channels">Of the hidden layers.</param>
    /// <param name="depth">Residual blocks.</param>
    public CodePrior(long categories, long side, int channels, int depth)
    {
        network = new(categories, side, channels, depth);
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor codes)
    {
        using var data = Plate(codes);
        Observe(codes, new CodeGrid(network));
    }
}

/// <summary>A grid of categories, each from a network that sees those before it in the order of reading: a family of one's own.</summary>
/// <remarks>
/// log p(c) = Σᵢ log softmax(network(c)ᵢ)[cᵢ]. The grid, [side, side], is one indivisible event. A draw takes a pass for each cell.
/// </remarks>
/// <param name="network">Gives cell i the logits of its category, from the cells before i alone.</param>
[Family(Support.Categories)]
public sealed class CodeGrid(PixelCnn network) : ParametricFamily<CodeGrid>
{
    /// <inheritdoc/>
    public override Constraint ValueConstraint => Constraint.Categories(network.Categories);

    /// <summary>Not defined: categories are not numbers.</summary>
    public override Tensor Mean => throw new NotSupportedException("CodeGrid has no mean: categories are not numbers.");

    /// <summary>Not defined: categories are not numbers.</summary>
    public override Tensor Variance => throw new NotSupportedException("CodeGrid has no variance: categories are not numbers.");

    /// <inheritdoc/>
    protected override long[] EventShape => [network.Side, network.Side];

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var codes = value.to(ScalarType.Int64).expand(full).reshape(-1, network.Side, network.Side);
        var density = network.call(codes).log_softmax(-1).gather(-1, codes.unsqueeze(-1)).sum([1, 2, 3]);
        return density.reshape(full[..^2]);
    }

    /// <inheritdoc/>
    public override Tensor Sample(long[] sampleShape, Generator? generator)
    {
        using var grad = no_grad();
        var shape = DrawShape(sampleShape);
        var codes = zeros(shape, ScalarType.Int64, network.parameters().First().device).reshape(-1, network.Side, network.Side);
        for (var row = 0L; row < network.Side; row++)
        {
            for (var column = 0L; column < network.Side; column++)
            {
                var probabilities = network.call(codes).select(1, row).select(1, column).softmax(-1);
                codes.select(1, row).select(1, column).copy_(multinomial(probabilities, 1, true, generator).squeeze(1));
            }
        }

        return codes.reshape(shape);
    }

    /// <summary>Not in closed form.</summary>
    public override Tensor Entropy() => throw new NotSupportedException("CodeGrid has no entropy in closed form.");
}

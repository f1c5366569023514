using System.Globalization;
using Ppl.Distributions;
using Ppl.Shapes;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Transforms;

/// <summary>
/// Tries what the author of a map may get wrong without an error, at some arguments: shapes, the inverse, the two log-determinants, and that each
/// row is mapped by itself.
/// </summary>
/// <remarks>
/// The determinant that counts is that of the derivatives that autograd finds. Numbers are compared within 1e-6 in float64, 1e-3 in float32 and
/// 0.05 in shorter types, of 1 plus their size.
/// </remarks>
/// <param name="name">The map, for messages.</param>
/// <param name="rank">How many trailing dimensions of x the map takes together.</param>
/// <param name="volume">What the map calls its logarithm: <c>LogAbsDet</c>, <c>LogSlope</c>.</param>
internal sealed class MapCheck(string name, int rank, string volume)
{
    /// <summary>Whether a map of numbers says that y grows with x, or falls; null where it says nothing.</summary>
    public TensorOrScalar? Sign { get; init; }

    /// <param name="forward">y and log |det ∂y/∂x|.</param>
    /// <param name="inverse">x and log |det ∂y/∂x|.</param>
    /// <param name="x">[..., event], of real numbers.</param>
    /// <param name="shape">What shape y has.</param>
    /// <exception cref="PplException">The message names the map, what was found, and what it should be.</exception>
    public void Run(Func<Tensor, (Tensor, Tensor)> forward, Func<Tensor, (Tensor, Tensor)> inverse, Tensor x, long[] shape)
    {
        using var scope = NewDisposeScope();
        using var grad = enable_grad();
        x = x.detach().clone().requires_grad_();
        var outer = x.shape[..^rank];
        var (y, forwards) = Shaped("Forward", forward(x), shape, outer);
        var (again, backwards) = Shaped("Inverse", inverse(y.detach()), x.shape, outer);
        RefuseNonFinite("Forward", y, forwards);
        RefuseNonFinite("Inverse", again, backwards);
        CompareDeterminant(x, y, forwards);
        Compare(again, x, "Inverse(Forward(x)) is {0}{2}, where x is {1}: Inverse is not the inverse of Forward");
        Compare(
            backwards, forwards,
            $"Inverse gives a {volume} of {{0}}{{2}}, where Forward gives {{1}}: both are that of y by x, not of x by y");
    }

    /// <summary>What a pass gave, if its shapes are right: a wrong one broadcasts with others, and fails far away or not at all.</summary>
    /// <param name="pass">The method, for the message.</param>
    /// <param name="found">What it gave.</param>
    /// <param name="value">The value's shape.</param>
    /// <param name="rows">The log-determinant's shape.</param>
    /// <exception cref="PplShapeException">A shape is another.</exception>
    public (Tensor Value, Tensor Volume) Shaped(string pass, (Tensor Value, Tensor Volume) found, long[] value, long[] rows)
    {
        if (found.Value.shape.AsSpan().SequenceEqual(value) && found.Volume.shape.AsSpan().SequenceEqual(rows)) return found;
        throw new PplShapeException(
            $"{name}.{pass} gives a value of shape {ShapeText.Of(found.Value.shape)} and a {volume} of shape {ShapeText.Of(found.Volume.shape)}; "
            + $"for its argument they are {ShapeText.Of(value)} and {ShapeText.Of(rows)}.");
    }

    private void CompareDeterminant(Tensor x, Tensor y, Tensor forwards)
    {
        var size = x.shape[^rank..].Aggregate(1L, (product, n) => product * n);
        if (rank > 1 || x.numel() == 0 || !y.shape.AsSpan().SequenceEqual(x.shape)) return;
        if (!y.requires_grad)
        {
            throw new PplArgumentException(
                $"{name}.Forward gives a y without derivatives by x: it is a function of x, without detach() or no_grad().");
        }

        var results = y.reshape(-1, size);
        var columns = Enumerable.Range(0, (int)size).Select(i => Gradient(results.select(1, i).sum(), x).reshape(-1, size)).ToArray();
        RefuseOtherRows(x, results, columns);
        if (rank == 0) CompareSign(columns[0].reshape(x.shape));
        var (_, expected) = linalg.slogdet(stack(columns, 1).to(ScalarType.Float64));
        var message = $"Forward gives a {volume} of {{0}}{{2}}, where log |det ∂y/∂x| of the derivatives of its y is {{1}}";
        Compare(forwards, expected.to(forwards.dtype).reshape(forwards.shape), message);
    }

    private void CompareSign(Tensor slope)
    {
        if (Sign is not { } sign) return;
        Compare(slope.sign(), sign.AsTensor(slope).expand(slope.shape), "the derivative of y has the sign {0}{2}, where Sign says {1}");
    }

    // The derivative of all rows' sum is that of the row's own result only if no row has a part in another's.
    private void RefuseOtherRows(Tensor x, Tensor results, Tensor[] columns)
    {
        if (results.shape[0] < 2) return;
        for (var i = 0; i < columns.Length; i++)
        {
            var own = Gradient(results.select(0, 0).select(0, i), x).reshape(columns[i].shape);
            var others = own.narrow(0, 1, own.shape[0] - 1).abs().max().ToDouble();
            if (others <= Tolerance(x)) continue;
            throw new PplArgumentException(
                $"{name}.Forward maps no row by itself: number {i} of the first has the derivative {Text(others)} by one of another. What "
                + "runs over the rows, as a mean or BatchNorm in training, makes no density of a row; call eval() where that fixes it.");
        }
    }

    private static Tensor Gradient(Tensor number, Tensor x)
    {
        // A number that x has no part in has the derivative 0.
        (number + (x * 0).sum()).backward(retain_graph: true, inputs: [x]);
        var gradient = x.grad!.clone();
        x.grad!.fill_(0);
        return gradient;
    }

    private void RefuseNonFinite(string pass, Tensor value, Tensor logarithm)
    {
        foreach (var tensor in (Tensor[])[value, logarithm])
        {
            if (ValueCheck.Finite(tensor, "value", $"{name}.{pass} needs finite results at finite arguments") is { } fault) throw fault.ToException();
        }
    }

    private void Compare(Tensor found, Tensor expected, string message)
    {
        using var grad = no_grad();
        var isClose = (found - expected).abs() <= (1 + expected.abs()) * Tolerance(expected);
        if (ValueCheck.First(found, isClose, "value", message) is not { } fault) return;
        var other = expected.detach();
        foreach (var i in fault.Index) other = other.select(0, i);
        var place = fault.Index.Count == 0 ? "" : $" at {ShapeText.Index(fault.Index)}";
        var text = string.Format(CultureInfo.InvariantCulture, message, Text(fault.Value), Text(other.to(ScalarType.Float64).ToDouble()), place);
        throw new PplArgumentException($"{name}: {text}.");
    }

    private static double Tolerance(Tensor like) => like.dtype switch
    {
        ScalarType.Float64 => 1e-6,
        ScalarType.Float32 => 1e-3,
        _ => 0.05,
    };

    private static string Text(double number) => number.ToString("G6", CultureInfo.InvariantCulture);
}

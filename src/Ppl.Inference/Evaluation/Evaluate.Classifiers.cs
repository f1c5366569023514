using Ppl.Shapes;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <content>What classifiers find in codes.</content>
public static partial class Evaluate
{
    /// <summary>The accuracy of a linear classifier of codes: multinomial logistic regression with the penalty ½ λ ‖w‖².</summary>
    /// <remarks>
    /// Each code is standardized by its mean and deviation over the codes that are learnt from; one that does not vary there is left out of the
    /// classifier. The fit is deterministic.
    /// </remarks>
    /// <param name="codes">[N, D]: codes to learn from, such as those of a training set.</param>
    /// <param name="labels">[N]: their classes, integers ≥ 0.</param>
    /// <param name="testCodes">[M, D]: codes to measure on.</param>
    /// <param name="testLabels">[M]: their classes.</param>
    /// <param name="penalty">λ &gt; 0, for the sum of the log-likelihoods over all N rows.</param>
    /// <exception cref="PplShapeException">Codes or labels have other shapes.</exception>
    /// <exception cref="PplArgumentException">A code is not finite, or labels are no integers ≥ 0.</exception>
    public static ClassifierAccuracy LinearProbe(Tensor codes, Tensor labels, Tensor testCodes, Tensor testLabels, double penalty = 1)
    {
        if (penalty is not (> 0 and < double.PositiveInfinity))
            throw new ArgumentOutOfRangeException(nameof(penalty), penalty, "a penalty is a finite number above 0");
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var ((x, y), (testX, testY), classes) = Labelled(codes, labels, testCodes, testLabels);
        var (mean, deviation) = (x.mean([0]), x.std(0, unbiased: false));
        var scale = where(deviation.gt(1e-12 * (1 + mean.abs())), 1 / deviation, zeros_like(deviation));
        var classifier = LogisticRegression.Fit((x - mean) * scale, y, classes, penalty);
        return Confusion(testY, classifier.Predict((testX - mean) * scale), classes);
    }

    /// <summary>The accuracy of the classes of the k nearest codes, by Euclidean distance.</summary>
    /// <remarks>The class that most of the k have; of several with as many, that of the nearest code among theirs.</remarks>
    /// <param name="codes">[N, D]: codes to look among.</param>
    /// <param name="labels">[N]: their classes, integers ≥ 0.</param>
    /// <param name="testCodes">[M, D]: codes to measure on.</param>
    /// <param name="testLabels">[M]: their classes.</param>
    /// <param name="neighbours">k, from 1 to N.</param>
    /// <exception cref="PplShapeException">Codes or labels have other shapes.</exception>
    /// <exception cref="PplArgumentException">A code is not finite, or labels are no integers ≥ 0.</exception>
    public static ClassifierAccuracy NearestNeighbours(Tensor codes, Tensor labels, Tensor testCodes, Tensor testLabels, int neighbours = 5)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var ((x, y), (testX, testY), classes) = Labelled(codes, labels, testCodes, testLabels);
        ArgumentOutOfRangeException.ThrowIfLessThan(neighbours, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(neighbours, x.shape[0]);
        List<Tensor> found = [];

        // 2²² distances are 32 MiB.
        var chunk = Math.Max(1, (1L << 22) / x.shape[0]);
        for (long start = 0; start < testX.shape[0]; start += chunk)
        {
            using var inner = NewDisposeScope();
            var part = testX.narrow(0, start, Math.Min(chunk, testX.shape[0] - start));

            // Exact differences: expanding the square loses the nearest ones in rounding.
            var distances = cdist(part, x, compute_mode: compute_mode.donot_use_mm_for_euclid_dist);
            var nearest = y.index_select(0, distances.topk(neighbours, 1, largest: false).Item2.flatten()).view(-1, neighbours);
            var votes = nn.functional.one_hot(nearest, classes).to(ScalarType.Float64);

            // Less than one vote in all, and more the nearer: it decides among equals only.
            var order = pow(0.5, arange(1, neighbours + 1, dtype: ScalarType.Float64)).view(1, -1, 1);
            found.Add((votes.sum([1]) + (0.5 * (votes * order).sum([1]))).argmax(1).MoveToOuterDisposeScope());
        }

        return Confusion(testY, cat(found, 0), classes);
    }

    private static ((Tensor X, Tensor Y) Training, (Tensor X, Tensor Y) Test, int Classes) Labelled(
        Tensor codes, Tensor labels, Tensor testCodes, Tensor testLabels)
    {
        var (training, test) = (Labelled(codes, labels), Labelled(testCodes, testLabels));
        if (training.X.shape[1] != test.X.shape[1])
            throw new PplShapeException($"the codes have {training.X.shape[1]} numbers, those to measure on {test.X.shape[1]}.");
        var classes = 1 + (int)Math.Max(Numbers.Of(training.Y).Max(), Numbers.Of(test.Y).Max());
        return (training, test, Math.Max(2, classes));
    }

    private static (Tensor X, Tensor Y) Labelled(Tensor codes, Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentNullException.ThrowIfNull(labels);
        if (codes.dim() != 2 || labels.dim() != 1 || codes.shape[0] != labels.shape[0] || codes.numel() == 0)
        {
            throw new PplShapeException(
                $"codes are (rows, codes) and labels (rows); found {ShapeText.Of(codes.shape)} and {ShapeText.Of(labels.shape)}.");
        }

        if (ValueCheck.Finite(codes, "code", "codes must be finite") is { } fault) throw fault.ToException("codes");
        if (is_floating_point(labels) || Numbers.Of(labels.min())[0] < 0)
            throw new PplArgumentException($"labels are integers from 0; found {(is_floating_point(labels) ? labels.dtype : "a negative one")}.");
        return (codes.detach().cpu().to(ScalarType.Float64), labels.cpu().to(ScalarType.Int64));
    }

    private static ClassifierAccuracy Confusion(Tensor truth, Tensor found, int classes)
    {
        var counts = bincount((truth * classes) + found, minlength: (long)classes * classes);
        return new([.. Numbers.Of(counts).Chunk(classes).Select(row => Array.ConvertAll(row, x => (int)x))]);
    }
}

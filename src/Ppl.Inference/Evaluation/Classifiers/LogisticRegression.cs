using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>Multinomial logistic regression, p(y = c | x) ∝ exp(w_c · x + b_c), in double precision on the CPU.</summary>
internal sealed class LogisticRegression
{
    private const int MostSteps = 2000;
    private readonly Tensor weights;

    private LogisticRegression(Tensor weights) => this.weights = weights;

    /// <summary>Minimizes −Σ_i log p(y_i | x_i) + ½ penalty Σ_c ‖w_c‖².</summary>
    /// <remarks>
    /// Steps that never go up, by a bound of the Hessian that does not move: ½ (I − 11ᵀ/C) ⊗ X̃ᵀX̃ (Böhning 1992, Annals of the Institute of
    /// Statistical Mathematics 44), with Nesterov's momentum, begun anew where it would go uphill (O'Donoghue and Candès 2015,
    /// arXiv:1204.3982). They end where the largest entry of the gradient is below 1e-7 of the rows, or after 2000.
    /// </remarks>
    /// <param name="x">[N, D].</param>
    /// <param name="labels">[N], integers from 0 to <paramref name="classes"/> − 1.</param>
    /// <param name="classes">C.</param>
    /// <param name="penalty">Above 0.</param>
    public static LogisticRegression Fit(Tensor x, Tensor labels, int classes, double penalty)
    {
        using var scope = NewDisposeScope();
        var inputs = WithOne(x);
        var penalties = full([inputs.shape[1], 1], penalty, dtype: ScalarType.Float64);
        penalties[-1] = tensor(0.0, dtype: ScalarType.Float64);
        var targets = nn.functional.one_hot(labels, classes).to(ScalarType.Float64);

        // The intercept is not penalized; a little keeps the bound invertible where there are fewer rows than columns.
        var bound = (0.5 * inputs.t().matmul(inputs)) + diag(penalties.flatten() + 1e-9);
        var inverse = linalg.inv(bound);
        var here = zeros([inputs.shape[1], classes], dtype: ScalarType.Float64);
        var (ahead, momentum) = (here, 1.0);
        for (var step = 0; step < MostSteps; step++)
        {
            using var inner = NewDisposeScope();
            var gradient = inputs.t().matmul(inputs.matmul(ahead).softmax(1) - targets) + (penalties * ahead);
            var next = ahead - inverse.matmul(gradient);
            var isUphill = (gradient * (next - here)).sum().ToDouble() > 0;
            var following = isUphill ? 1 : 0.5 * (1 + Math.Sqrt(1 + (4 * momentum * momentum)));
            var kept = isUphill ? next.clone() : next + ((momentum - 1) / following * (next - here));
            (here, ahead, momentum) = (next.MoveToOuterDisposeScope(), kept.MoveToOuterDisposeScope(), following);
            if (gradient.abs().max().ToDouble() < 1e-7 * x.shape[0]) break;
        }

        return new(here.MoveToOuterDisposeScope());
    }

    /// <summary>The most probable class of each row: [N], integers.</summary>
    /// <param name="x">[N, D].</param>
    public Tensor Predict(Tensor x) => WithOne(x).matmul(weights).argmax(1);

    /// <summary>w and b: [D + 1, C].</summary>
    public Tensor Weights => weights;

    private static Tensor WithOne(Tensor x) => cat([x, ones([x.shape[0], 1], dtype: ScalarType.Float64)], 1);
}

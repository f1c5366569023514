using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>
/// Limited-memory BFGS (Liu and Nocedal, 1989) with steps of a fixed length, as TorchSharp's: the first step is scaled by the gradient's
/// 1-norm. A step makes up to max_iter iterations and calls the closure in each.
/// </summary>
public class LBFGS : optim.Optimizer, optim.ILearningRateController
{
    // What is orthogonal or bent the wrong way would make the approximate Hessian indefinite.
    private const double LeastCurvature = 1e-10;

    private readonly List<Parameter> targets;
    private readonly LbfgsLimits limits;
    private readonly LbfgsHistory history;
    private readonly ParamGroup group;
    private long iterations;
    private double length;
    private Tensor direction;
    private Tensor lastGradient;

    internal LBFGS(IEnumerable<Parameter> parameters, double lr, long max_iter, long? max_eval, double tolerange_grad,
        double tolerance_change, long history_size)
    {
        targets = [.. parameters];
        limits = new LbfgsLimits(max_iter, max_eval ?? max_iter * 5 / 4, tolerange_grad, tolerance_change);
        history = new LbfgsHistory(history_size);
        group = new ParamGroup
        {
            Parameters = targets,
            Options = new OptimizerOptions { LearningRate = lr, InitialLearningRate = lr },
        };
        _parameter_groups = [group];
    }

    public double LearningRate { get => group.LearningRate; set => group.LearningRate = value; }

    public double InitialLearningRate { get => group.InitialLearningRate; set => group.InitialLearningRate = value; }

    /// <param name="closure">Sets the gradients to zero, computes the loss and its gradients, and returns the loss.</param>
    /// <returns>The loss before the step.</returns>
    public override Tensor step(Func<Tensor> closure)
    {
        ArgumentNullException.ThrowIfNull(closure);
        var first = Evaluate(closure);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var loss = first.ToDouble();
        var gradient = FlatGradient();
        var evaluations = 1L;
        for (var i = 1L; gradient.abs().max().ToDouble() > limits.Gradient; i++)
        {
            iterations++;
            NextDirection(gradient);
            Keep(ref lastGradient, gradient.clone());
            var (lastLoss, slope) = (loss, gradient.dot(direction).ToDouble());
            length = (iterations == 1 ? Math.Min(1, 1 / gradient.abs().sum().ToDouble()) : 1) * LearningRate;
            if (slope > -limits.Change) break;

            Move();
            if (i == limits.Iterations) break;

            using (var value = Evaluate(closure))
            {
                loss = value.ToDouble();
            }

            gradient = FlatGradient();
            evaluations++;
            var moved = direction.abs().max().ToDouble() * length;
            if (evaluations >= limits.Evaluations || moved <= limits.Change || Math.Abs(loss - lastLoss) < limits.Change) break;
        }

        return first;
    }

    internal override void Release()
    {
        history.Clear();
        direction?.Dispose();
        lastGradient?.Dispose();
    }

    private static Tensor Evaluate(Func<Tensor> closure)
    {
        using var grad = enable_grad();
        return closure();
    }

    private Tensor FlatGradient() => cat(
        targets.ConvertAll(parameter => (parameter.grad ?? zeros_like(parameter)).reshape(-1)).ToArray(), 0);

    private void NextDirection(Tensor gradient)
    {
        if (iterations == 1)
        {
            Keep(ref direction, gradient.neg());
            return;
        }

        var change = gradient - lastGradient;
        var move = direction * length;
        if (change.dot(move).ToDouble() is var curvature && curvature > LeastCurvature) history.Add(change, move, curvature);

        Keep(ref direction, history.Descent(gradient));
    }

    private void Move()
    {
        var start = 0L;
        foreach (var parameter in targets)
        {
            parameter.add_(direction.narrow(0, start, parameter.numel()).view(parameter.shape), alpha: length);
            start += parameter.numel();
        }
    }

    private static void Keep(ref Tensor kept, Tensor value)
    {
        kept?.Dispose();
        kept = value.DetachFromDisposeScope();
    }
}

/// <summary>When a step ends.</summary>
internal sealed record LbfgsLimits(long Iterations, long Evaluations, double Gradient, double Change);

/// <summary>The last changes of the gradient and of the parameters, which stand for the inverse Hessian.</summary>
internal sealed class LbfgsHistory(long size)
{
    private readonly List<(Tensor Change, Tensor Move, double Inverse)> pairs = [];
    private double scale = 1;

    internal void Add(Tensor change, Tensor move, double curvature)
    {
        if (pairs.Count == size)
        {
            Drop(pairs[0]);
            pairs.RemoveAt(0);
        }

        pairs.Add((change.DetachFromDisposeScope(), move.DetachFromDisposeScope(), 1 / curvature));
        scale = curvature / change.dot(change).ToDouble();
    }

    /// <summary>Minus the approximate inverse Hessian times the gradient (the two-loop recursion).</summary>
    internal Tensor Descent(Tensor gradient)
    {
        var result = gradient.neg();
        var weights = new double[pairs.Count];
        for (var i = pairs.Count - 1; i >= 0; i--)
        {
            weights[i] = pairs[i].Move.dot(result).ToDouble() * pairs[i].Inverse;
            result.add_(pairs[i].Change, alpha: -weights[i]);
        }

        result.mul_(scale);
        for (var i = 0; i < pairs.Count; i++)
        {
            var back = pairs[i].Change.dot(result).ToDouble() * pairs[i].Inverse;
            result.add_(pairs[i].Move, alpha: weights[i] - back);
        }

        return result;
    }

    internal void Clear()
    {
        pairs.ForEach(Drop);
        pairs.Clear();
    }

    private static void Drop((Tensor Change, Tensor Move, double Inverse) pair)
    {
        pair.Change.Dispose();
        pair.Move.Dispose();
    }
}

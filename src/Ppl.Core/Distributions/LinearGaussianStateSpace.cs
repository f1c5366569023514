using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>
/// Series of T vectors y of a linear Gaussian state-space model, whose states are integrated out: z₁ = initialLoc + A₁ ε₁, zₜ₊₁ = Fₜ zₜ + Q εₜ₊₁,
/// yₜ = Hₜ zₜ + R νₜ.
/// </summary>
/// <remarks>
/// The density is the evidence of the series, Σₜ log Normal(yₜ; Hₜ mₜ, Sₜ) with the predictions of a Kalman filter; the filter is in
/// square-root form, by QR decompositions (Kaminski, Bryson and Schmidt 1971), so that no covariance loses its definiteness. A step that is not
/// observed counts nothing, whatever stands in its place. The last two dimensions, [T, D], are one indivisible event.
/// </remarks>
[Family(Support.RealMatrix, Reparameterized = true)]
public sealed partial class LinearGaussianStateSpace : ParametricFamily<LinearGaussianStateSpace>
{
    private static readonly ParameterDeclaration InitialLocOf = new("initialLoc", Constraint.RealVector);
    private static readonly ParameterDeclaration InitialScaleTrilOf = new("initialScaleTril", Constraint.LowerCholesky);
    private static readonly ParameterDeclaration TransitionOf = new("transition", Constraint.RealMatrix);
    private static readonly ParameterDeclaration TransitionScaleTrilOf = new("transitionScaleTril", Constraint.LowerCholesky);
    private static readonly ParameterDeclaration ObservationOf = new("observation", Constraint.RealMatrix);
    private static readonly ParameterDeclaration ObservationScaleTrilOf = new("observationScaleTril", Constraint.LowerCholesky);
    private static readonly ParameterDeclaration ObservedOf = new("observed", new VectorConstraint(Constraint.Boolean), 1);

    /// <summary>Series of a linear Gaussian state-space model.</summary>
    /// <param name="steps">T: at least 1.</param>
    /// <param name="initialLoc">The first state's mean: [..., S], or a number for all coordinates.</param>
    /// <param name="initialScaleTril">A₁, the lower Cholesky factor of the first state's covariance: [..., S, S].</param>
    /// <param name="transition">F: [..., S, S]; with <paramref name="isVarying"/> [..., T − 1, S, S].</param>
    /// <param name="transitionScaleTril">Q, the lower Cholesky factor of the state noise's covariance: as <paramref name="transition"/>.</param>
    /// <param name="observation">H: [..., D, S]; with <paramref name="isVarying"/> [..., T, D, S].</param>
    /// <param name="observationScaleTril">R, the lower Cholesky factor of the observations' noise: [..., D, D], or [..., T, D, D].</param>
    /// <param name="observed">Which steps are observed: [..., T], Boolean, or 0 and 1. All are when it is not given.</param>
    /// <param name="isVarying">Whether the last four matrices have a dimension of steps; its size may be 1.</param>
    /// <exception cref="PplArgumentException">There is no step.</exception>
    /// <exception cref="PplShapeException">The shapes do not agree.</exception>
    public LinearGaussianStateSpace(
        long steps, TensorOrScalar initialLoc, Tensor initialScaleTril, Tensor transition, Tensor transitionScaleTril, Tensor observation,
        Tensor observationScaleTril, Tensor? observed = null, bool isVarying = false)
        : base(
            InitialLocOf.Of(initialLoc), InitialScaleTrilOf.Of(initialScaleTril), Of(TransitionOf, transition, isVarying),
            Of(TransitionScaleTrilOf, transitionScaleTril, isVarying), Of(ObservationOf, observation, isVarying),
            Of(ObservationScaleTrilOf, observationScaleTril, isVarying), ObservedOf.Of(observed is null ? (TensorOrScalar?)null : observed))
    {
        Steps = steps >= 1 ? steps : throw new PplArgumentException($"LinearGaussianStateSpace needs at least 1 step; found {steps}.");
        var rank = isVarying ? 3 : 2;
        var (state, size) = (initialScaleTril.shape[^1], observation.shape.Length >= rank ? observation.shape[^2] : 0);
        var agree = Ends(initialScaleTril, 2, state, state) && Ends(transition, rank, state, state) && Ends(transitionScaleTril, rank, state, state)
            && Ends(observation, rank, size, state) && Ends(observationScaleTril, rank, size, size)
            && (initialLoc.Shape is not [.., var last] || last == state)
            && (!isVarying || (Lasts(transition, steps - 1) && Lasts(transitionScaleTril, steps - 1) && Lasts(observation, steps)
                && Lasts(observationScaleTril, steps)))
            && (observed is null || observed.shape is [.., var seen] && seen == steps);
        if (!agree) throw Disagreement(steps, initialLoc, isVarying);
    }

    /// <summary>T.</summary>
    public long Steps { get; }

    /// <summary>D, the size of an observation.</summary>
    public long Dimension => Observation.shape[^2];

    /// <summary>Whether the matrices have a dimension of steps.</summary>
    public bool IsVarying => Parameters[2].Declaration != TransitionOf;

    /// <inheritdoc/>
    public override Tensor Mean => Whole(stack(Moments().Select(m => m.Mean), -2));

    /// <inheritdoc/>
    public override Tensor Mode => Mean;

    /// <inheritdoc/>
    public override Tensor Variance => Whole(stack(Moments().Select(m => m.Variance), -2));

    /// <inheritdoc/>
    protected override long[] EventShape => [Steps, Dimension];

    private Tensor InitialScaleTril => ParameterAt(1).Tensor!;

    private TensorOrScalar InitialLoc => ParameterAt(0);

    private Tensor Transition => ParameterAt(2).Tensor!;

    private Tensor TransitionScaleTril => ParameterAt(3).Tensor!;

    private Tensor Observation => ParameterAt(4).Tensor!;

    private Tensor ObservationScaleTril => ParameterAt(5).Tensor!;

    private Tensor? Observed => ParameterAt(6).Tensor;

    private long StateSize => InitialScaleTril.shape[^1];

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var rows = DrawShape(sampleShape)[..^2];
        Tensor Noise(long size) => randn([.. rows, size, 1], InitialScaleTril.dtype, InitialScaleTril.device, generator: generator);
        var state = InitialScaleTril.matmul(Noise(StateSize)) + Start();
        var values = new Tensor[Steps];
        for (var t = 0; t < Steps; t++)
        {
            if (t > 0) state = At(Transition, t - 1).matmul(state) + At(TransitionScaleTril, t - 1).matmul(Noise(StateSize));
            values[t] = (At(Observation, t).matmul(state) + At(ObservationScaleTril, t).matmul(Noise(Dimension))).squeeze(-1);
        }

        return stack(values, -2);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var y = OnlyObserved(ValueCheck.AsReal(value, InitialScaleTril).expand(full));
        var filter = new Filter(this);
        Tensor? sum = null;
        for (var t = 0; t < Steps; t++)
        {
            if (t > 0) filter.Predict(t);
            var density = filter.Update(t, y.select(-2, t).unsqueeze(-1));
            sum = sum is null ? density : sum + density;
        }

        return Expanded(sum!, full[..^2]);
    }

    /// <summary>That of the observed steps.</summary>
    public override Tensor Entropy()
    {
        var filter = new Filter(this);
        Tensor? sum = null;
        for (var t = 0; t < Steps; t++)
        {
            if (t > 0) filter.Predict(t);
            var own = filter.Update(t, null);
            sum = sum is null ? own : sum + own;
        }

        return WholeBatch(sum!);
    }

    /// <summary>The first entry that is not finite, of the steps that are observed.</summary>
    /// <param name="value">The value.</param>
    public override ValueFault? FindValueFault(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return base.FindValueFault(OnlyObserved(value));
    }

    // What stands in the place of a missing value, which may be NaN, reaches no arithmetic.
    private Tensor OnlyObserved(Tensor value) => Observed is { } seen ? value.masked_fill(seen.eq(0).unsqueeze(-1), 0) : value;

    private Tensor Start() => InitialLoc.AsTensor(InitialScaleTril).expand(
        [.. InitialLoc.Shape[..^Math.Min(1, InitialLoc.Shape.Length)], StateSize]).unsqueeze(-1);

    private IEnumerable<(Tensor Mean, Tensor Variance)> Moments()
    {
        var (mean, covariance) = (Start(), InitialScaleTril.matmul(InitialScaleTril.transpose(-2, -1)));
        var rows = BatchShape.ToArray();
        for (var t = 0; t < Steps; t++)
        {
            if (t > 0)
            {
                var (step, noise) = (At(Transition, t - 1), At(TransitionScaleTril, t - 1));
                mean = step.matmul(mean);
                covariance = step.matmul(covariance).matmul(step.transpose(-2, -1)) + noise.matmul(noise.transpose(-2, -1));
            }

            var seen = At(Observation, t);
            var variance = (seen.matmul(covariance) * seen).sum(-1) + At(ObservationScaleTril, t).square().sum(-1);
            yield return (seen.matmul(mean).squeeze(-1).expand([.. rows, Dimension]), variance.expand([.. rows, Dimension]));
        }
    }

    private Tensor At(Tensor matrices, int step) => !IsVarying ? matrices : matrices.select(-3, matrices.shape[^3] == 1 ? 0 : step);

    // With a dimension of steps each parameter keeps its name, and has one more dimension of its own.
    private static Parameter Of(ParameterDeclaration declaration, Tensor value, bool isVarying)
    {
        ArgumentNullException.ThrowIfNull(value);
        return (isVarying ? declaration with { Constraint = new VectorConstraint(declaration.Constraint) } : declaration).Of(value);
    }

    private static bool Ends(Tensor matrix, int rank, long rows, long columns)
        => matrix.dim() >= rank && matrix.shape[^2] == rows && matrix.shape[^1] == columns;

    private static bool Lasts(Tensor matrices, long steps) => matrices.shape[^3] == steps || matrices.shape[^3] == 1;

    private PplShapeException Disagreement(long steps, TensorOrScalar initialLoc, bool isVarying)
    {
        var time = isVarying ? "T, " : "";
        var before = isVarying ? "T - 1, " : "";
        return new(
            $"LinearGaussianStateSpace of {steps} steps needs initialLoc (..., S), initialScaleTril (..., S, S), transition and transitionScaleTril "
            + $"(..., {before}S, S), observation (..., {time}D, S), observationScaleTril (..., {time}D, D) and observed (..., T); found "
            + $"{ShapeText.Of(initialLoc.Shape)}, {string.Join(", ", Parameters.Skip(1).Select(p => ShapeText.Of(p.Value.Shape)))}.");
    }
}

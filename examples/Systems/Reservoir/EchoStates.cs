using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Systems;

/// <summary>
/// A reservoir of leaky units: s_t = (1 − a) s_{t−1} + a tanh(W s_{t−1} + U u_t + b) with random weights that are never trained (Jaeger 2001; Jaeger
/// et al. 2007). W is scaled to a spectral radius below 1, so that a state is an echo of the inputs before it, and forgets what it began with.
/// </summary>
public sealed class EchoStates : Module<Tensor, Tensor>
{
    // Tensors and no parameters: they are saved with the module, and no optimizer sees them.
    private readonly Tensor recurrent;
    private readonly Tensor input;
    private readonly Tensor bias;
    private readonly double leak;

    /// <summary>Weights from torch's generator.</summary>
    /// <param name="inputs">The dimension of u.</param>
    /// <param name="units">That of s.</param>
    /// <param name="scale">The standard deviation of U, above 0: the smaller, the more linear, and the longer the memory.</param>
    /// <param name="radius">The spectral radius of W, in (0, 1).</param>
    /// <param name="leak">a, in (0, 1]: the smaller, the slower a state changes, and the less a single value with its noise moves it.</param>
    public EchoStates(long inputs, long units, double scale = 1, double radius = 0.9, double leak = 1) : base(nameof(EchoStates))
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(leak, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(leak, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(scale, 0);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(radius, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(radius, 1);
        this.leak = leak;
        var raw = randn(units, units);
        recurrent = raw * (radius / SpectralRadius(raw));
        input = scale * randn(units, inputs);
        bias = 0.2 * randn(units);
        RegisterComponents();
    }

    /// <summary>The largest absolute value of an eigenvalue.</summary>
    /// <param name="matrix">A square matrix.</param>
    public static double SpectralRadius(Tensor matrix) => linalg.eigvals(matrix.to(float64)).abs().max().item<double>();

    /// <inheritdoc/>
    /// <param name="series">u, [steps, inputs].</param>
    /// <returns>s, [steps, units], from s = 0 before the first step.</returns>
    public override Tensor forward(Tensor series)
    {
        ArgumentNullException.ThrowIfNull(series);
        var driven = series.matmul(input.t()) + bias;
        var state = zeros_like(bias);
        var states = new Tensor[series.shape[0]];
        for (var t = 0; t < states.Length; t++) states[t] = state = ((1 - leak) * state) + (leak * (recurrent.mv(state) + driven[t]).tanh());
        return stack(states);
    }
}

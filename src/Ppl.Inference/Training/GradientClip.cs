using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>Bounds a step's gradient before the update: by its norm, or each of its numbers.</summary>
/// <remarks>Source: Pascanu, Mikolov and Bengio 2013, arXiv:1211.5063.</remarks>
public abstract record GradientClip
{
    private GradientClip()
    {
    }

    /// <summary>
    /// g ← g · min(1, c / (‖g‖ + 1e-6)), with ‖g‖ the L2 norm of the gradients of all trained parameters taken together.
    /// </summary>
    /// <param name="maxNorm">c, a finite number greater than 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static GradientClip ByNorm(double maxNorm) => new Norm(Positive(maxNorm, nameof(maxNorm)));

    /// <summary>g_i ← min(max(g_i, −c), c), for each number of the gradient.</summary>
    /// <param name="maxValue">c, a finite number greater than 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static GradientClip ByValue(double maxValue) => new Value(Positive(maxValue, nameof(maxValue)));

    /// <summary>
    /// Clips, and returns the norm of before. Without a clip the norm alone: torch multiplies by min(1, ∞), which changes nothing; where the norm
    /// is not finite, what is left of the gradient means nothing.
    /// </summary>
    /// <param name="clip">The clip, or null.</param>
    /// <param name="parameters">All trained parameters.</param>
    internal static double Apply(GradientClip? clip, IReadOnlyList<Parameter> parameters)
    {
        var norm = nn.utils.clip_grad_norm_(parameters, clip is Norm(var max) ? max : double.PositiveInfinity);
        if (clip is Value(var bound)) nn.utils.clip_grad_value_(parameters, bound);
        return norm;
    }

    private static double Positive(double value, string name) => double.IsFinite(value) && value > 0
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "a gradient is clipped to a finite number greater than 0");

    private sealed record Norm(double Max) : GradientClip
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"norm at most {Max}");
    }

    private sealed record Value(double Max) : GradientClip
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"each number at most {Max}");
    }
}

using System.Globalization;

namespace Ppl.Inference;

/// <summary>How the inverse temperatures β_0 = 0 &lt; ... &lt; β_T = 1 lie.</summary>
public enum TemperatureSchedule
{
    /// <summary>β_t = t/T.</summary>
    Linear,

    /// <summary>
    /// β_t = (s_t − s_0)/(s_T − s_0), s_t = 1/(1 + exp(−δ (2t/T − 1))) with δ = 4: closer together at both ends (Grosse et al. 2015,
    /// arXiv:1511.02543).
    /// </summary>
    Sigmoidal,
}

/// <summary>Where the chains begin.</summary>
public enum AnnealingStart
{
    /// <summary>At the model's prior p(z).</summary>
    Prior,

    /// <summary>At the guide q(z | x), whose density must be known at every z: a planar flow's is not.</summary>
    Guide,
}

/// <summary>The chains of annealed importance sampling.</summary>
public sealed record AnnealingOptions
{
    /// <summary>Chains for each datum, at least 1.</summary>
    public int Chains { get; init; } = 16;

    /// <summary>T, the steps from the first distribution to the posterior, at least 1. Each but the last has one move of each chain.</summary>
    public int Temperatures { get; init; } = 1000;

    /// <summary>How the inverse temperatures lie.</summary>
    public TemperatureSchedule Schedule { get; init; } = TemperatureSchedule.Sigmoidal;

    /// <summary>Where the chains begin.</summary>
    public AnnealingStart Start { get; init; } = AnnealingStart.Prior;

    /// <summary>L, the leapfrog steps of a move, at least 1.</summary>
    public int LeapfrogSteps { get; init; } = 10;

    /// <summary>The step size that the adaptation begins with, in the coordinates of the unconstrained latents, above 0.</summary>
    public double StepSize { get; init; } = 0.1;

    /// <summary>The part of moves that the step sizes are adapted to accept, between 0 and 1.</summary>
    public double TargetAcceptance { get; init; } = 0.65;

    /// <summary>The chains and their moves.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Chains} chains from the {(Start == AnnealingStart.Prior ? "prior" : "guide")}, {Temperatures} temperatures, "
        + $"{LeapfrogSteps} leapfrog steps");

    /// <summary>β_0 to β_T.</summary>
    internal double[] InverseTemperatures()
    {
        const double Delta = 4;
        var t = Enumerable.Range(0, Temperatures + 1).Select(i => (double)i / Temperatures);
        if (Schedule == TemperatureSchedule.Linear) return [.. t];
        var (first, last) = (Sigmoid(0), Sigmoid(1));
        double[] result = [.. t.Select(x => (Sigmoid(x) - first) / (last - first))];
        (result[0], result[^1]) = (0, 1);
        return result;

        static double Sigmoid(double x) => 1 / (1 + Math.Exp(-Delta * ((2 * x) - 1)));
    }

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Chains, 1, "annealing.Chains");
        ArgumentOutOfRangeException.ThrowIfLessThan(Temperatures, 1, "annealing.Temperatures");
        ArgumentOutOfRangeException.ThrowIfLessThan(LeapfrogSteps, 1, "annealing.LeapfrogSteps");
        if (StepSize is not (> 0 and < double.PositiveInfinity))
            throw new ArgumentOutOfRangeException("annealing.StepSize", StepSize, "a step size is a finite number above 0");
        if (TargetAcceptance is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException("annealing.TargetAcceptance", TargetAcceptance, "a rate lies between 0 and 1");
    }
}

using System.Globalization;

namespace Ppl.Inference;

/// <summary>A number for each step of training: a pure function of the step, so that a resumed run has those of the uninterrupted one.</summary>
/// <remarks>
/// A number is a schedule that is always that number: <c>Objective.Elbo(beta: 4)</c>. Steps count from 0, and are those of the engine: the first
/// step of a fit that goes on has the number of steps before it.
/// </remarks>
public sealed class Schedule
{
    private readonly Func<long, double> value;
    private readonly string name;

    private Schedule(string name, Func<long, double> value) => (this.name, this.value) = (name, value);

    /// <summary>Always the same number.</summary>
    /// <param name="value">A finite number.</param>
    public static Schedule FromDouble(double value)
    {
        RequireFinite(value, nameof(value));
        return new(Text($"{value}"), _ => value) { IsConstant = true };
    }

    /// <summary>Always the same number.</summary>
    /// <param name="value">A finite number.</param>
    public static implicit operator Schedule(double value) => FromDouble(value);

    /// <summary>from + (to − from) · min(1, step / steps): a warm-up.</summary>
    /// <remarks>Source: Sønderby, Raiko, Maaløe, Sønderby and Winther 2016, arXiv:1602.02282, who let β rise from 0 to 1.</remarks>
    /// <param name="from">The number of step 0.</param>
    /// <param name="to">The number from step <paramref name="steps"/> on.</param>
    /// <param name="steps">At least 1.</param>
    public static Schedule Linear(double from, double to, long steps)
    {
        Require(from, to, steps, nameof(steps));
        return new(Text($"linear {from} to {to} in {steps} steps"), step => Between(from, to, Math.Min(1, (double)step / steps)));
    }

    /// <summary>from + (to − from) (1 − cos(π min(1, step / steps))) / 2: a warm-up with slow ends.</summary>
    /// <remarks>The form is that of Loshchilov and Hutter 2017, arXiv:1608.03983, eq. 5, without restarts.</remarks>
    /// <param name="from">The number of step 0.</param>
    /// <param name="to">The number from step <paramref name="steps"/> on.</param>
    /// <param name="steps">At least 1.</param>
    public static Schedule Cosine(double from, double to, long steps)
    {
        Require(from, to, steps, nameof(steps));
        return new(
            Text($"cosine {from} to {to} in {steps} steps"),
            step => Between(from, to, (1 - Math.Cos(Math.PI * Math.Min(1, (double)step / steps))) / 2));
    }

    /// <summary>Again and again a linear rise over a part of a period, then the highest number until its end.</summary>
    /// <remarks>
    /// from + (to − from) · min(1, τ / ramp), τ = (step mod period) / period. Source: Fu, Li, Liu, Gao, Celikyilmaz and Carin 2019,
    /// arXiv:1903.10145, eq. 6 and 7, whose R is the ramp; T / M is the period.
    /// </remarks>
    /// <param name="period">The steps of a cycle, at least 1.</param>
    /// <param name="from">The number at the begin of a cycle.</param>
    /// <param name="to">The number at its end.</param>
    /// <param name="ramp">The part of a cycle in which the number rises, in (0, 1].</param>
    public static Schedule Cyclic(long period, double from = 0, double to = 1, double ramp = 0.5)
    {
        Require(from, to, period, nameof(period));
        if (!(ramp > 0 && ramp <= 1)) throw new ArgumentOutOfRangeException(nameof(ramp), ramp, "a part of a cycle lies in (0, 1]");
        return new(
            Text($"cyclic {from} to {to} every {period} steps, rising in {ramp} of them"),
            step => Between(from, to, Math.Min(1, (double)(step % period) / period / ramp)));
    }

    /// <summary>A schedule of one's own.</summary>
    /// <param name="name">What it is, for reports and checkpoints: two with the same name are taken for the same one.</param>
    /// <param name="value">The number of a step: a pure function, so that a resumed run goes on as the uninterrupted one.</param>
    public static Schedule Of(string name, Func<long, double> value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        return new(name, value);
    }

    /// <summary>Whether it is the same number at every step.</summary>
    internal bool IsConstant { get; private init; }

    /// <summary>The number of a step.</summary>
    /// <param name="step">The steps taken before it, at least 0.</param>
    /// <exception cref="PplArgumentException">The schedule gives a number that is not finite.</exception>
    public double At(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        var number = value(step);
        return double.IsFinite(number) ? number
            : throw new PplArgumentException(Text($"the schedule '{name}' gives {number} for step {step}; a finite number is needed."));
    }

    /// <summary>The number, or what the schedule is: <c>linear 0 to 1 in 1000 steps</c>.</summary>
    public override string ToString() => name;

    private static double Between(double from, double to, double part) => from + ((to - from) * part);

    private static void Require(double from, double to, long steps, string nameOfSteps)
    {
        RequireFinite(from, nameof(from));
        RequireFinite(to, nameof(to));
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1, nameOfSteps);
    }

    private static void RequireFinite(double number, string parameter)
    {
        if (!double.IsFinite(number)) throw new ArgumentOutOfRangeException(parameter, number, "a finite number is needed");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

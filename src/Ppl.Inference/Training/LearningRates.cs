using System.Globalization;
using static TorchSharp.torch.optim;

namespace Ppl.Inference;

/// <summary>The learning rates of optimizers: one for each group of parameters within each, in order.</summary>
internal static class LearningRates
{
    public static double[] Of(IEnumerable<Optimizer> optimizers) => [.. Groups(optimizers).Select(group => group.LearningRate)];

    /// <summary>The rates that the groups began with, which a schedule starts from.</summary>
    public static double[] InitialOf(IEnumerable<Optimizer> optimizers) => [.. Groups(optimizers).Select(group => group.InitialLearningRate)];

    /// <summary>Lets the groups begin with other rates, before a schedule is made.</summary>
    public static void Begin(IEnumerable<Optimizer> optimizers, IReadOnlyList<double> rates)
    {
        foreach (var (group, rate) in Groups(optimizers).Zip(rates)) (group.InitialLearningRate, group.LearningRate) = (rate, rate);
    }

    public static void Set(IEnumerable<Optimizer> optimizers, IReadOnlyList<double> rates)
    {
        foreach (var (group, rate) in Groups(optimizers).Zip(rates)) group.LearningRate = rate;
    }

    /// <summary>A rate is finite and at least 0: anything else makes every weight NaN, or goes down where it should go up.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="origin">Who set the rates, for the message: "the optimizer was made with", "the schedule set".</param>
    /// <returns>The rate of the first group.</returns>
    /// <exception cref="PplArgumentException">A rate is none.</exception>
    public static double Check(Optimizer optimizer, string origin)
    {
        var (group, first) = (0, 0.0);
        foreach (var rate in optimizer.ParamGroups)
        {
            if (group == 0) first = rate.LearningRate;
            if (!double.IsFinite(rate.LearningRate) || rate.LearningRate < 0)
            {
                var text = rate.LearningRate.ToString(CultureInfo.InvariantCulture);
                throw new PplArgumentException(
                    $"{origin} the learning rate {text} for group {group} of {optimizer.GetType().Name}; a rate is a finite number, at least 0.");
            }

            group++;
        }

        return first;
    }

    private static IEnumerable<ILearningRateController> Groups(IEnumerable<Optimizer> optimizers) => optimizers.SelectMany(o => o.ParamGroups);
}

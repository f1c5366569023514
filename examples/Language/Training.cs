using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.Examples.Language;

/// <summary>Fits that several of the programs share: Adam, whose rate falls to a thousandth along half a cosine.</summary>
internal static class Training
{
    /// <summary>Trains on all data in each step.</summary>
    public static void Fit(
        GenerativeModel model, Guide guide, Objective objective, IReadOnlyList<Tensor> data, int steps, double rate, long seed)
    {
        using var svi = Engine(model, guide, objective, steps, rate, seed);
        svi.Fit(data, steps);
    }

    /// <summary>An engine for some number of steps.</summary>
    public static Svi Engine(GenerativeModel model, Guide guide, Objective objective, int steps, double rate, long seed) =>
        new(model, guide, objective, parameters => optim.Adam(parameters, lr: rate), new SviSettings
        {
            Seed = seed,
            Reporter = ITrainingReporter.Quiet,
            Schedule = Schedules.Cosine(steps),
            ScheduleUnit = ScheduleUnit.Step,
        });
}

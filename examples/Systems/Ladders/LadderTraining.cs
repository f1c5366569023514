using Ppl.Inference;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Systems;

/// <summary>Which deep VAE is trained, and how.</summary>
/// <param name="Layers">L, its stochastic layers.</param>
/// <param name="IsLadder">Whether inference is a ladder that merges with the prior; bottom-up otherwise.</param>
/// <param name="HasWarmUp">Whether the weight of the divergences rises from 0 to 1 over the first tenth of the steps, as in the paper.</param>
internal sealed record LadderSetting(int Layers, bool IsLadder, bool HasWarmUp)
{
    /// <summary>What the table calls it.</summary>
    public string Name => $"L = {Layers}, {(Layers == 1 ? "" : IsLadder ? "ladder, " : "bottom-up, ")}{(HasWarmUp ? "warm-up" : "no warm-up")}";

    /// <summary>All of them. One layer has one kind of inference.</summary>
    public static IReadOnlyList<LadderSetting> All { get; } =
    [
        .. from layers in new[] { 1, 2, 3, 5 }
           from isLadder in new[] { false, true }
           where layers > 1 || !isLadder
           from hasWarmUp in new[] { false, true }
           select new LadderSetting(layers, isLadder, hasWarmUp),
    ];
}

/// <summary>What is measured of one.</summary>
/// <param name="Setting">Which it is.</param>
/// <param name="Bound">The ELBO with its parts.</param>
/// <param name="Nll">By importance samples.</param>
/// <param name="Kl">The divergence of each layer, the one beside the data first.</param>
/// <param name="Active">The active units of each layer, in the same order.</param>
internal sealed record LadderRow(
    LadderSetting Setting, double Bound, double Nll, IReadOnlyList<double> Kl, IReadOnlyList<ActiveUnits> Active);

/// <summary>Trains a deep VAE and measures it.</summary>
internal sealed class LadderTraining(SystemRun run, TrainAndTest data, int epochs)
{
    private static readonly int[] WholeLatents = [64, 32, 16, 8, 4];

    private readonly int[] latents = run is { IsSmoke: true, IsFull: false } ? [6, 5, 4, 3, 2] : WholeLatents;
    private readonly int[] hidden = run.IsFull ? [512, 256, 128, 64, 32] : run.IsSmoke ? [16, 12, 8, 8, 8] : [256, 128, 64, 32, 16];
    private readonly int depth = run.Size(1, 1, 2);

    /// <summary>The numbers of the layers, in words.</summary>
    public string Sizes => $"{string.Join("-", latents)} latents from the data up, {string.Join("-", hidden)} hidden units";

    /// <summary>Hidden layers of a network, in words.</summary>
    public string Depth => depth == 1 ? "one hidden layer" : "two hidden layers";

    /// <summary>Images a step.</summary>
    public int BatchSize => run.Size(Systems.Images.BatchSize, Systems.Images.BatchSize, 256);

    /// <summary>Test images of the bound, those of them of the NLL, and its importance samples.</summary>
    public (int Bound, int Nll, int Samples) Tested { get; } =
        (run.Of(1_000, 20, data.Test.Count), run.Of(200, 10, data.Test.Count), run.Of(100, 5, 5_000));

    /// <summary>Training images.</summary>
    public int Images => run.Of(data.Train.Count, 256);

    /// <summary>One training from the seed's weights.</summary>
    public LadderRow Run(LadderSetting setting)
    {
        using var scope = NewDisposeScope();
        manual_seed(run.Seed);
        var (model, guide) = Create(setting);
        var steps = epochs * ((Images + BatchSize - 1) / BatchSize);
        var objective = setting.HasWarmUp ? Objective.Elbo(beta: Schedule.Linear(0, 1, Math.Max(1, steps / 10))) : Objective.Elbo();
        using (var svi = new Svi(model, guide, objective, settings: new SviSettings { Seed = run.Seed, Reporter = ITrainingReporter.Quiet }))
        {
            svi.Fit(data.TrainingData.Take(Images), epochs, BatchSize, run);
        }

        var tested = data.TestData.Take(Tested.Bound);
        var bound = Evaluate.Bound(model, guide, tested);
        var nll = Evaluate.NegativeLogLikelihood(model, guide, tested.Take(Tested.Nll), Tested.Samples);
        var active = Evaluate.ActiveUnits(model, guide, tested).ToDictionary(units => units.Site);
        guide.Dispose();
        model.Dispose();
        return new LadderRow(
            setting,
            bound.Bound,
            nll.Mean,
            [.. Sites(setting).Select(site => bound.Parts.Single(part => part.Site == site).Value)],
            [.. Sites(setting).Select(site => active[site])]);
    }

    private (GenerativeModel Model, Guide Guide) Create(LadderSetting setting)
    {
        var (count, pixels) = (setting.Layers, data.Train.PixelsPerImage);
        var layers = new StochasticLayers(latents[..count], hidden[..count], depth);
        var decoder = Sequential(StochasticLayers.Hidden(latents[0], hidden[0], depth), Linear(hidden[0], pixels));
        var up = Enumerable.Range(0, count).ToList();
        if (!setting.IsLadder)
        {
            var inverse = new BottomUpVae(layers, decoder);
            return (inverse, inverse.CreateGuide(h_z: [.. up.Select(i => Features(i == 0 ? pixels : latents[i - 1], i))]));
        }

        // d[i] from d[i − 1]; below the top a factor is what d[i] adds to the prior.
        var climb = new BottomUp([.. up.Select(i => Features(i == 0 ? pixels : hidden[i - 1], i))]);
        var ladder = new LadderVae(layers, decoder);
        return (ladder, ladder.CreateGuide(h_z: [.. up.Select(i => Above(climb, i, isTop: i == count - 1))]));
    }

    private static Posterior Above(BottomUp climb, int layer, bool isTop)
    {
        var factor = Posterior.Diagonal(hidden: []).Above(climb, layer + 1);
        return isTop ? factor : factor.MergedWithPrior();
    }

    private Module<Tensor, Tensor> Features(long inputs, int layer) => StochasticLayers.Hidden(inputs, hidden[layer], depth);

    private static IEnumerable<string> Sites(LadderSetting setting) => Enumerable.Range(0, setting.Layers).Select(i => $"h.z[{i}]");
}

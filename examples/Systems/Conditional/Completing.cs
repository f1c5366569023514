using Ppl.Data;
using Ppl.Inference;
using Ppl.Reporting;
using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>The part of the program that completes images of which some quarters are given.</summary>
/// <param name="run">What it is told.</param>
/// <param name="data">The images.</param>
/// <param name="epochs">Passes over them.</param>
internal sealed class Completing(SystemRun run, TrainAndTest data, int epochs)
{
    private const string Tutorial = "tutorial on this paper of Pyro, grey levels";

    private static readonly int[] NeighbourCounts = [10, 30, 100];

    // Negative CLL of the network and of the CVAE for 1, 2 and 3 quarters.
    private static readonly (double Network, double Cvae)[] Published = [(100.4, 71.8), (61.9, 51.0), (25.4, 24.2)];

    private readonly int latents = run.Size(32, 32, 200);
    private readonly int units = run.Size(300, 300, 500);

    private int Training => run.Of(20_000, 256, data.Train.Count);

    private int Testing => run.Of(500, 20, data.Test.Count);

    private int Samples => run.Of(200, 5);

    /// <summary>Model, data and budget.</summary>
    public string Setting => $"Completion: {Training} training images, {latents} latents, hidden layers of {units}, {epochs} epochs; negative CLL, "
        + $"−log p(y given x), of {Testing} test images, the CVAE's by {Samples} importance samples.";

    /// <summary>Trains and compares for each number of quarters.</summary>
    public List<Finding> Findings()
    {
        var findings = new List<Finding>();
        for (var count = 1; count <= 3; count++)
        {
            using var scope = NewDisposeScope();
            var (train, test) = (Cut(data.TrainingData.Take(Training), count), Cut(data.TestData.Take(Testing), count));
            var (given, missing) = train.Sizes;
            using var network = new DeterministicCompletion(given, missing, units);
            using var nothing = network.CreateGuide();
            Images.Fit(network, nothing, train, epochs, run);
            using var cvae = new Completion(latents, given, missing, units);
            using var guide = cvae.CreateGuide(z: Posterior.Diagonal(hidden: [units]));
            Images.Fit(cvae, guide, train, epochs, run);

            using var grad = no_grad();
            var quarters = count == 1 ? "1 quarter" : $"{count} quarters";
            var neighbours = Neighbours(train, test);
            var byNetwork = -Evaluate.Bound(network, nothing, test).Bound;
            var byCvae = Evaluate.NegativeLogLikelihood(cvae, guide, test, Samples, new() { Seed = run.Seed }).Mean;
            var best = Math.Min(neighbours, byNetwork);
            findings.Add(new($"{quarters}, nearest neighbours: negative CLL", neighbours));
            findings.Add(new Finding($"{quarters}, network: negative CLL", byNetwork).WithPublished(data, Published[count - 1].Network, Tutorial));
            var claimed = new Finding($"{quarters}, CVAE: negative CLL", byCvae, Most: run.IsSmoke ? null : best);
            findings.Add(claimed.WithPublished(data, Published[count - 1].Cvae, Tutorial));
            if (count == 1) Picture(network, cvae);
        }

        return findings;
    }

    private Quarters Cut(Dataset images, int count) => new(images, data.Train.Height, data.Train.Width, count);

    /// <summary>How many neighbours are asked is chosen on the last training images, for which the others stand.</summary>
    private static double Neighbours(Quarters train, Quarters test)
    {
        var held = train.Count / 20;
        Tensor[] all = train.All(), asked = test.All();
        var (y, x) = (all[0], all[1]);
        var known = new NearestCompletion(y.narrow(0, 0, train.Count - held), x.narrow(0, 0, train.Count - held));
        var (lastY, lastX) = (y.narrow(0, train.Count - held, held), x.narrow(0, train.Count - held, held));
        var best = NeighbourCounts.MinBy(neighbours => known.NegativeLogLikelihood(lastY, lastX, neighbours));
        return new NearestCompletion(y, x).NegativeLogLikelihood(asked[0], asked[1], best);
    }

    private void Picture(DeterministicCompletion network, Completion cvae)
    {
        var shown = DrawnDigits.Make(12, seed: 3).Thresholded();
        var cut = Cut(shown, 1);
        Tensor[] parts = cut.All();
        var (y, x) = (parts[0], parts[1]);
        var grid = new PictureGrid(data.Train.Height, data.Train.Width) { Title = $"one quarter given, learnt from {data.Train.Name}" }
            .AddRow("whole", shown.All()[0]).AddRow("given", cut.Whole(full_like(y, 0.5), x))
            .AddRow("network", cut.Whole(Mean(network, x, 0), x));
        for (var draw = 1; draw <= 4; draw++) grid.AddRow($"CVAE {draw}", cut.Whole(Mean(cvae, x, draw), x));
        grid.Save(run.File("completions.png"));
    }

    private static Tensor Mean(GenerativeModel model, Tensor x, long seed) =>
        Evaluate.PriorSamples(model, x.shape[0], covariates: [x], seed: seed).Mean;
}

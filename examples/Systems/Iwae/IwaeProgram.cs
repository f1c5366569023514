using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>
/// The importance weighted autoencoder: its bounds on one model beside annealed and naive estimates, the paper's table, and a switch of the
/// objective between two trainings.
/// </summary>
public static class IwaeProgram
{
    private const string Paper = "Burda et al. 2016, table 1: 3280 passes";

    // Passes over the 60,000 images of MNIST.
    private const double PublishedImages = 60_000.0 * Iwae.Schedule.FullEpochs;

    private static readonly int[] Particles = [1, 5, 50];

    /// <summary>Trains each model of the table; the first is measured closely, and two go on under the other objective.</summary>
    /// <param name="run">What it is told.</param>
    public static SystemResult Run(SystemRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        using var scope = NewDisposeScope();
        var data = Images.Open(run);
        var passes = run.Epochs ?? run.Of(3, 1, Iwae.Schedule.FullEpochs);
        var train = data.Train.Take(run.Of(Math.Min(20_000, data.Train.Count), 100, data.Train.Count));
        var (images, samples) = (run.Of(1_000, 10, data.Test.Count), run.Of(500, 5, 5_000));
        var bounds = IwaeBounds.Compare(run, data);
        var (table, switched) = (new List<Finding>(), new List<Finding>());
        var tested = data.TestData.Take(images);
        foreach (var layers in new[] { 1, 2 })
        {
            var before = double.PositiveInfinity;
            foreach (var k in Particles)
            {
                using var trained = new IwaeTraining(run, data with { Train = train }, layers, passes);
                trained.Train(Objective.Iwae(k));
                var row = trained.Measure(tested, samples);
                Add(table, $"{layers} layer{(layers > 1 ? "s" : "")}, k = {k}", row, before, Published(layers, k), data);
                if (!run.IsSmoke) before = row.Nll.Mean;
                if (layers == 2 || k == 5) continue;
                trained.Train(k == 1 ? Objective.Iwae(50) : Objective.Elbo());
                var name = k == 1 ? "VAE, then IWAE with k = 50" : "IWAE with k = 50, then VAE";
                Add(switched, name, trained.Measure(tested, samples), double.PositiveInfinity, k == 1 ? (84.88, [22]) : (86.02, [23]), data);
            }
        }

        return new(
            $"{data.Train.Name}, {data.Binarization}: the paper's networks and optimizer (batches of {IwaeTraining.BatchSize}, Adam with "
            + $"ε = 1e-4, rates in eight stages), {passes} passes over {train.Count} images; one "
            + $"and the same training twice where the objective is switched. NLL of {images} test images by {samples} importance samples. "
            + $"The bounds L_k are of {IwaeBounds.Model(run)}; on {IwaeBounds.ImagesOf(run)} test images, 500 draws for each in groups of k.",
            [.. bounds, .. table, .. switched],
            [new(IwaeBounds.Picture, "bounds of one model by the number of samples")],
            [
                "L_k is log (1/k) Σ p(x, h) / q(h | x) in expectation: it rises with k, and annealing, which needs no guide, tells where to. The "
                    + "naive estimate averages p(x | h) over draws of the prior. With as many draws as L_500 it is far below all of them: nearly no "
                    + "draw of the prior explains an image, and the mean hangs on the luckiest one. Hence the recognition network.",
                Distance((double)passes * train.Count),
                "The second training, under the other objective, keeps the networks and the optimizer's state; the rates begin again. In the paper "
                    + "IWAE, then VAE ends behind the IWAE alone: its networks have converged. Where they have not, more training gains more than "
                    + "the worse objective costs.",
            ]);
    }

    private static void Add(
        List<Finding> findings, string name, IwaeRow row, double most, (double Nll, int[] Active) published, TrainAndTest data)
    {
        findings.Add(new Finding($"{name}: NLL", row.Nll.Mean, Most: double.IsFinite(most) ? most : null).WithPublished(data, published.Nll, Paper));
        foreach (var (units, active) in row.Active.Reverse().Zip(published.Active))
            findings.Add(new Finding($"{name}: active units of {units.Site}, of {units.Total}", units.Active).WithPublished(data, active, Paper));
    }

    // What the distance to the paper's numbers is due to, where there is one.
    private static string Distance(double images) => images >= PublishedImages
        ? "The budget is the paper's."
        : $"The paper trains for {PublishedImages / images:F0} times as many steps: only the order is to be compared, in which a larger k is "
            + "better, as in the paper. Its models also use fewer units, of the first of two layers by far: that the longer training is the "
            + "reason was not tested.";

    // The NLL, and the active units of each layer from the data up.
    private static (double Nll, int[] Active) Published(int layers, int k) => (layers, k) switch
    {
        (1, 1) => (86.76, [19]),
        (1, 5) => (85.54, [22]),
        (1, 50) => (84.78, [25]),
        (2, 1) => (85.33, [16, 5]),
        (2, 5) => (83.89, [21, 5]),
        (2, 50) => (82.90, [26, 7]),
        _ => throw new ArgumentOutOfRangeException(nameof(k), k, "nothing is published of it"),
    };
}

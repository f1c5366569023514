using System.Diagnostics;
using Ppl.Inference;
using Ppl.Reporting;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Vae;

/// <summary>The lecture experiment: a VAE trained under the ELBO, then under the IWAE bound, with pictures and a final table.</summary>
internal sealed class Experiment(Options options)
{
    private readonly List<TableRow> table = [];
    private readonly List<EpochReport> curve = [];

    public void Run(CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        using var output = OutputFolder.Claim(options.Out);
        var data = NamedSets.Open(options);
        Console.WriteLine(
            $"{data.Train.Name}: {data.Train.Count} images of {data.Train.Height} x {data.Train.Width}, {data.Binarization}; "
            + $"{data.Test.Name}: {data.Test.Count}");

        manual_seed(options.Seed);
        using var vae = new Vae(options.Latents, options.Hidden, data.Train.PixelsPerImage);
        using var guide = vae.CreateGuide(z: Sequential(Linear(data.Train.PixelsPerImage, options.Hidden), ReLU()));
        using var svi = new Svi(
            vae,
            guide,
            options.Objective == Bound.Iwae ? Objective.Iwae(options.Particles) : Objective.Elbo(),
            parameters => optim.Adam(parameters, lr: options.LearningRate),
            new SviSettings { Reporter = new ConsoleReporter(), Seed = options.Seed });

        Train(svi, data, options.Epochs, vae, guide, cancellation);
        if (options.Objective == Bound.Both && !cancellation.IsCancellationRequested)
        {
            svi.Objective = Objective.Iwae(options.Particles);      // the one changed line
            Train(svi, data, options.IwaeEpochs, vae, guide, cancellation);
        }

        cancellation.ThrowIfCancellationRequested();
        Pictures.Curve(curve, data, Path.Combine(options.Out, "curve.png"));
        if (options.ManifoldEpochs > 0) Manifold(data, cancellation);
        ResultTable.Write(table, options, data, Path.Combine(options.Out, "table.txt"));
        Console.WriteLine($"pictures and table are in {options.Out}; {clock.Elapsed.TotalSeconds:F0} s in all, live tensors {Tensor.TotalCount}");
    }

    private void Train(Svi svi, TrainAndTest data, int epochs, Vae vae, Vae.Guide guide, CancellationToken cancellation)
    {
        var pictures = new EpochPictures(vae, guide, data, options, lastEpoch: svi.Epochs + epochs);
        var fit = svi.Fit(
            data.TrainingData,
            epochs,
            options.BatchSize,
            heldOut: svi.Objective.Particles == 1 ? data.TestData : null,
            new FitOptions
            {
                Callbacks = [pictures],
                Checkpoint = Path.Combine(options.Out, "checkpoint.ppl"),
                CheckpointEvery = epochs,
                Cancellation = cancellation,
            });
        curve.AddRange(fit.Epochs);
        if (fit.Interrupted) throw new OperationCanceledException();
        table.Add(Measure(svi, data, vae, guide));
    }

    // Every row is of the ELBO's parts, whatever the objective was, so that rows compare.
    private TableRow Measure(Svi svi, TrainAndTest data, Vae vae, Vae.Guide guide)
    {
        Console.WriteLine($"measuring on {data.Test.Name} ...");
        var elbo = Evaluate.Bound(vae, guide, data.TestData, Objective.Elbo());
        var images = options.NllImages == 0 ? data.Test.Count : Math.Min(options.NllImages, data.Test.Count);
        var nll = Evaluate.NegativeLogLikelihood(vae, guide, data.TestData.Take(images), options.NllSamples);
        var active = Evaluate.ActiveUnits(vae, guide, data.TestData);
        return new TableRow(
            svi.Objective.ToString(), svi.Epochs, elbo.Bound, elbo.Reconstruction, elbo.Kl, nll, images, active[0].Active, options.Latents);
    }

    // The manifold needs two latents: a small model of its own, trained the same way.
    private void Manifold(TrainAndTest data, CancellationToken cancellation)
    {
        Console.WriteLine("a model with 2 latents, for the manifold picture:");
        using var vae = new Vae(latents: 2, options.Hidden, data.Train.PixelsPerImage);
        using var guide = vae.CreateGuide(z: Sequential(Linear(data.Train.PixelsPerImage, options.Hidden), ReLU()));
        using var svi = new Svi(vae, guide, Objective.Elbo(), settings: new SviSettings { Reporter = new ConsoleReporter(), Seed = options.Seed });
        svi.Fit(data.TrainingData, options.ManifoldEpochs, options.BatchSize, options: new FitOptions { Cancellation = cancellation });
        cancellation.ThrowIfCancellationRequested();
        Pictures.Manifold(vae, data, Path.Combine(options.Out, "manifold.png"));
    }
}

using System.Globalization;
using Ppl.Bench.HandWritten;
using Ppl.Data;
using Ppl.Inference;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Bench;

/// <summary>The lecture experiment on MNIST twice, generated and by hand, for several seeds: do both reach the same test bound?</summary>
internal static class Accuracy
{
    public static void Run(string? folder, int seeds, int epochs)
    {
        var train = Mnist.Train(folder).Binarized();
        var test = Mnist.Test(folder).Binarized(seed: 0);
        Console.WriteLine($"MNIST, dynamic binarization, {epochs} epochs, batch 128, Adam 1e-3, 784-400-20; test -ELBO, nats");
        Console.WriteLine("seed   generated   hand-written   difference");
        for (var seed = 0; seed < seeds; seed++)
        {
            var generated = Generated(train, test, seed, epochs);
            var handWritten = HandWritten(train, test, seed, epochs);
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{seed,4}   {generated,9:F3}   {handWritten,12:F3}   {generated - handWritten,10:F3}"));
        }
    }

    private static double Generated(Dataset train, Dataset test, int seed, int epochs)
    {
        manual_seed(seed);
        using var model = new Examples.Vae.Vae();
        using var guide = model.CreateGuide(z: Sequential(Linear(784, 400), ReLU()));
        using var svi = new Svi(
            model, guide, Objective.Elbo(), settings: new SviSettings { Seed = seed, Reporter = ITrainingReporter.Quiet });
        svi.Fit(train, epochs, batchSize: 128);
        return -Evaluate.Bound(model, guide, test, Objective.Elbo()).Bound;
    }

    private static double HandWritten(Dataset train, Dataset test, int seed, int epochs)
    {
        manual_seed(seed);
        using var loop = new VaeLoop();
        using var optimizer = optim.Adam(loop.parameters(), lr: 1e-3);
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            foreach (var batch in train.Batches(128, seed, epoch))
            {
                using var scope = NewDisposeScope();
                loop.zero_grad();
                var loss = loop.call(batch.Load()[0]);
                loss.backward();
                optimizer.step();
            }
        }

        return Mean(loop, test);
    }

    private static double Mean(VaeLoop loop, Dataset test)
    {
        using var grad = no_grad();
        var total = 0.0;
        foreach (var batch in test.Batches(500, 0, 0, shuffle: false))
        {
            using var scope = NewDisposeScope();
            total += loop.call(batch.Load()[0]).item<float>() * batch.Size;
        }

        return total / test.Count;
    }
}

using Ppl.Data;
using Ppl.Examples.Systems;
using Ppl.Inference;
using Ppl.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Generator = Ppl.Examples.Systems.Generator;

namespace Ppl.Examples.Tests;

/// <summary>Systems whose state is more than weights: averages, statistics, two players, noise in a network, a schedule.</summary>
public sealed class ResumeTests
{
    private static readonly Dictionary<string, Func<System>> Systems = new()
    {
        ["ladder, warm-up"] = () =>
        {
            var model = new LadderVae(new([4, 2], [8, 6]), Sequential(StochasticLayers.Hidden(4, 8), Linear(8, 784)));
            var climb = new BottomUp(StochasticLayers.Hidden(784, 8), StochasticLayers.Hidden(8, 6));
            var guide = model.CreateGuide(h_z:
            [
                Posterior.Diagonal(hidden: []).Above(climb, 1).MergedWithPrior(), Posterior.Diagonal(hidden: []).Above(climb, 2),
            ]);
            return new(model, guide, Objective.Elbo(beta: Schedule.Linear(0, 1, 4)), Digits);
        },
        ["VQ-VAE, moving averages"] = () =>
        {
            var model = new VqVae(new Codebook(8, 4, decay: 0.9), 28, new(4, 6));
            return new(model, model.CreateGuide(z: model.Encoder()), Objective.VectorQuantized(), Digits);
        },
        ["WGAN-GP, batch norm"] = () =>
        {
            var model = new Generator(4, Sequential(Linear(4, 8), BatchNorm1d(8), ReLU(), Linear(8, 784), Sigmoid()));
            var critic = Sequential(Linear(784, 8), LeakyReLU(0.2), Linear(8, 1));
            return new(model, model.CreateGuide(), Objective.WganGp(critic, penalty: 10, criticSteps: 2), Digits);
        },
        ["GAN, dropout"] = () =>
        {
            var model = new Generator(4, Sequential(Linear(4, 8), BatchNorm1d(8), ReLU(), Linear(8, 784), Sigmoid()));
            var critic = Sequential(Linear(784, 8), LeakyReLU(0.2), Dropout(0.3), Linear(8, 1));
            return new(model, model.CreateGuide(), Objective.Gan(critic), Digits);
        },
        ["adversarial autoencoder, mixture"] = () =>
        {
            var model = new MixtureAutoencoder(784, 8);
            var judge = Sequential(Linear(2, 8), LeakyReLU(0.2), Linear(8, 1));
            return new(model, model.CreateGuide(z: Posterior.Delta(hidden: [8])), Objective.AdversarialAutoencoder(judge, 20), Digits);
        },
        ["sentences, word dropout"] = () =>
        {
            var corpus = Corpus.Open(null, 200, 2);
            var model = new SentenceVae(corpus.Vocabulary.Count, 3, 8, wordDropout: 0.5);
            return new(model, model.CreateGuide(z: Posterior.Diagonal(model.Encoder())), Objective.FreeBits(1), () => corpus.Part(0, 200));
        },
    };

    public static TheoryData<string> Names => [.. Systems.Keys];

    /// <summary>One epoch, a checkpoint, a new engine, another epoch: bit by bit the weights and buffers of two epochs.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_resumed_run_equals_the_uninterrupted_one(string name)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var whole = Numbers((svi, data) => svi.Fit(data, 2, 64));
        Numbers((svi, data) => svi.Fit(data, 1, 64, options: new FitOptions { Checkpoint = folder.File("half.ppl") }));
        var resumed = Numbers((svi, data) =>
        {
            svi.Restore(folder.File("half.ppl"));
            svi.Fit(data, 2 - svi.Epochs, 64);
        });
        Assert.Equal(whole.Count, resumed.Count);
        Assert.All(whole.Zip(resumed), pair => Assert.True(pair.First.bytes.SequenceEqual(pair.Second.bytes)));

        List<Tensor> Numbers(Action<Svi, Dataset> train)
        {
            manual_seed(0);
            var (model, guide, objective, data) = Systems[name]();
            using var owned = model;
            using var ownedGuide = guide;
            using var networks = objective.Networks;
            using var svi = new Svi(model, guide, objective, settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
            train(svi, data());
            var modules = networks is null ? new Module[] { model, guide } : [model, guide, networks];
            return [.. modules.SelectMany(module => module.parameters().Concat(module.buffers())).Select(t => t.detach().clone())];
        }
    }

    private static Dataset Digits() => DrawnDigits.Train().Thresholded().Take(200);

    private sealed record System(GenerativeModel Model, Guide Guide, Objective Objective, Func<Dataset> Data);
}

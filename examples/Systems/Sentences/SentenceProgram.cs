using Ppl.Data;
using Ppl.Inference;
using Ppl.Reporting;
using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>A sentence VAE trained in four ways, beside the same network without latents.</summary>
public static class SentenceProgram
{
    private const double Floor = 4;

    /// <summary>A way to train.</summary>
    /// <param name="Name">What it is called.</param>
    /// <param name="Objective">The bound, given the number of steps of the fit.</param>
    /// <param name="WordDropout">The share of words that the decoder does not see in training.</param>
    public sealed record Way(string Name, Func<long, Objective> Objective, double WordDropout = 0);

    /// <summary>The ways.</summary>
    public static IReadOnlyList<Way> Ways { get; } =
    [
        new("plain", _ => Objective.Elbo()),
        new("warm-up", steps => Objective.Elbo(beta: Schedule.Linear(0, 1, steps: Math.Max(1, steps / 2)))),
        new("word dropout", _ => Objective.Elbo(), WordDropout: 0.5),
        new("free bits", _ => Objective.FreeBits(nats: Floor)),
    ];

    /// <summary>Trains and measures all.</summary>
    /// <param name="run">What it is told; a data folder that is a file is a text to learn from.</param>
    public static SystemResult Run(SystemRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        using var scope = NewDisposeScope();
        var sizes = new Sizes(run);
        var corpus = Corpus.Open(run.DataFolder, sizes.Train + sizes.Test, run.Seed, sizes.Test);
        var test = corpus.HeldOut;
        using var train = corpus.Part(test, (int)corpus.Lengths.shape[0] - test);
        using var held = corpus.Part(0, test);
        var words = corpus.Lengths.narrow(0, 0, test).sum().item<long>() / (double)test;
        var findings = WithoutLatents(corpus, train, held, words, sizes, run).ToList();
        var plainKl = 0.0;

        var chart = new LineChart
        {
            Title = $"{corpus.Name}: KL by epoch",
            XLabel = "epoch",
            YLabel = "nats a sentence",
            Width = 640,
            Height = 380,
        };
        IReadOnlyList<string> between = [];
        foreach (var way in Ways)
        {
            manual_seed(run.Seed);
            using var model = new SentenceVae(corpus.Vocabulary.Count, sizes.Latents, sizes.Units, way.WordDropout);
            using var guide = model.CreateGuide(z: Posterior.Diagonal(model.Encoder()));
            using var svi = Engine(model, guide, way.Objective(sizes.Epochs * ((train.Count + Sizes.Batch - 1) / Sizes.Batch)), run);
            var fit = svi.Fit(train, sizes.Epochs, Sizes.Batch, run);
            chart.Add(way.Name, [.. fit.Epochs.Select(e => (double)e.Epoch)], [.. fit.Epochs.Select(e => e.Training.Kl)], markers: true);
            var bound = Evaluate.Bound(model, guide, held, Objective.Elbo(particles: sizes.Samples));
            if (way == Ways[0]) plainKl = bound.Kl;
            double? least = run.IsSmoke || !corpus.IsOfGrammar || way == Ways[0] ? null : way == Ways[^1] ? 0.9 * Floor : plainKl;
            findings.AddRange(Findings(way, bound, Evaluate.NegativeLogLikelihood(model, guide, held, sizes.Samples).Mean, words, least));
            if (way == Ways[^1]) between = Between(model, guide, corpus, held);
        }

        chart.Save(run.File("divergences.png"));
        return Result(corpus, sizes, train.Count, test, findings, between);
    }

    private static IEnumerable<Finding> WithoutLatents(Corpus corpus, Dataset train, Dataset held, double words, Sizes sizes, SystemRun run)
    {
        manual_seed(run.Seed);
        using var model = new LanguageModel(corpus.Vocabulary.Count, sizes.Units);
        using var guide = model.CreateGuide();
        using var svi = Engine(model, guide, Objective.Elbo(), run);
        svi.Fit(train, sizes.Epochs, Sizes.Batch, run);
        var nll = -svi.Evaluate(held).Bound;
        double? entropy = corpus.IsOfGrammar ? Grammar.Entropy : null;
        yield return new("without latents: NLL, nats a sentence", nll, Least: entropy - (4 * Grammar.Deviation / Math.Sqrt(held.Count)))
        {
            Reference = entropy,
            Source = entropy is null ? null : "entropy of the grammar",
        };
        yield return new("without latents: perplexity of a word", Math.Exp(nll / words))
        {
            Reference = entropy is { } nats ? Math.Exp(nats / words) : null,
            Source = entropy is null ? null : "entropy of the grammar",
        };
    }

    private static IEnumerable<Finding> Findings(Way way, BoundValue bound, double nll, double words, double? leastKl)
    {
        yield return new($"{way.Name}: −ELBO, nats a sentence", -bound.Bound);
        yield return new($"{way.Name}: KL, nats a sentence", bound.Kl, Least: leastKl);
        yield return new($"{way.Name}: NLL, nats a sentence", nll);
        yield return new($"{way.Name}: perplexity of a word", Math.Exp(nll / words));
    }

    /// <summary>Sentences on the line between the codes of two test sentences.</summary>
    private static IReadOnlyList<string> Between(SentenceVae model, Guide guide, Corpus corpus, Dataset held)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        model.eval();
        var ends = Evaluate.Codes(model, guide, held.Take(2)).to(float32);
        var line = lerp(ends[0], ends[1], linspace(0, 1, 6).unsqueeze(1));
        var written = model.MostProbable(line, (int)corpus.Words.shape[1]);
        return [corpus.Text(corpus.Words[0]), .. Enumerable.Range(0, 6).Select(i => corpus.Text(written[i])), corpus.Text(corpus.Words[1])];
    }

    private static Svi Engine(GenerativeModel model, Guide guide, Objective objective, SystemRun run) =>
        new(model, guide, objective, p => optim.Adam(p, 3e-3), new SviSettings { Seed = run.Seed, Clip = GradientClip.ByNorm(5) });

    private static SystemResult Result(
        Corpus corpus, Sizes sizes, int train, int test, IReadOnlyList<Finding> findings, IReadOnlyList<string> between) => new(
        $"{corpus.Name}, {corpus.Vocabulary.Count} words: gated recurrent units of {sizes.Units} numbers on either side, {sizes.Latents} latents; "
        + $"{sizes.Epochs} epochs of {train} sentences, Adam 3e-3, batches of {Sizes.Batch}, gradients clipped at 5. β of the warm-up rises from "
        + $"0 to 1 over the first half; word dropout is {Ways[2].WordDropout}; free bits are {Floor} nats. Numbers are of {test} other sentences, "
        + $"the NLL of the VAEs by {sizes.Samples} importance samples, −ELBO and KL of as many draws.",
        findings,
        [new("divergences.png", "KL of the guide to the prior by epoch")],
        [
            "A recurrent decoder that sees each word before the next can do without z, and the plain bound lets it: KL is what z tells of a "
                + "sentence, and warm-up, word dropout and free bits keep more of it. The NLL of the network without latents is exact"
                + (corpus.IsOfGrammar ? "; no network has a lower one than the entropy of the grammar, but by chance: what it has "
                    + "above that it has not learnt from its sentences." : "."),
            "The paper's tables are of other texts, so that its numbers cannot stand beside these.",
            $"Between two sentences, “{between[0]}” and “{between[^1]}”, the VAE with free bits writes along the line of their codes: "
                + string.Join("; ", between.Skip(1).SkipLast(1).Select(text => $"“{text}”")) + ".",
        ]);

    /// <summary>How much is done.</summary>
    private sealed record Sizes(SystemRun Run)
    {
        public const int Batch = 64;

        public int Train { get; } = Run.Of(8_000, 128, 42_068);

        public int Test { get; } = Run.Of(1_000, 40, 3_761);

        public int Units { get; } = Run.Size(64, 8, 191);

        public int Latents { get; } = Run.Size(8, 8, 13);

        public int Epochs { get; } = Run.EpochsOr(15, 1, 50);

        public int Samples { get; } = Run.Of(100, 5);
    }
}

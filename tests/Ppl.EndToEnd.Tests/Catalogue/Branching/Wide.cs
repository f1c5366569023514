using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A second latent where the covariate has several columns.</summary>
public sealed partial class Wide : GenerativeModel
{
    [Model]
    private void Generate(Tensor x, Tensor c)
    {
        using var data = Plate(x, c);
        var columns = c.shape[1];
        Tensor z;
        if (columns > 1)
        {
            var w = Sample(Normal(c.mean([1], keepdim: true), 1));
            z = Sample(Normal(w, 1).Expand(-1, 2));
        }
        else
        {
            z = Sample(Normal(0, 1).Expand(2));
        }

        Observe(x, Normal(z, 1));
    }
}

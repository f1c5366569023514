using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Two steps of a random walk: a model without parameters of its own.</summary>
public sealed partial class Walk : GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var a = Sample(Normal(0, 1).Expand(2));
        var b = Sample(Normal(a, 0.5));
        Observe(x, Normal(b, 0.5));
    }
}

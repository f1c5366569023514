using Ppl;
using static TorchSharp.torch;

namespace Bad;

public sealed partial class Example : GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
        var mu = Sample(Normal(0, 1));
        using var data = Plate(x);
        var scaled = Deterministic(2 * mu);
//          ^^^^^^ PPL0099: 'scaled' is recorded inside plate 'data' and is computed from nothing inside it: it is one value for all rows. Record it before the plate.
        Observe(x, Normal(scaled, 1));
    }
}

namespace Good.Deep;

using Ppl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

public sealed partial class ThreeLayers : GenerativeModel
{
    private readonly Module<Tensor, Tensor> from3 = Linear(2, 3), from2 = Linear(3, 4), from1 = Linear(4, 6);

    public ThreeLayers() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using (var data = Plate(x))
        {
            Tensor z3 = Sample(Normal(0, 1).Expand(2));
            var z2 = Sample(Normal(from3.call(z3), 1));
            Tensor z1;
            z1 = Sample(Normal(from2.call(z2), 0.5));
            Observe(x, Normal(from1.call(z1), 0.1));
        }
    }
}

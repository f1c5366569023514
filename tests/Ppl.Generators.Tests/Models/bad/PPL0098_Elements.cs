using Ppl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Bad;

public sealed partial class Example : GenerativeModel
{
    private readonly Module<Tensor, Tensor> net = Linear(2, 3);

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        var parts = new Tensor[3];
        for (var i = 1; i < 3; i++) parts[i] = Deterministic(z + i);
//                                  ^^^^^^^^ PPL0098: 'Deterministic' records the value of a local, by whose name results have it. Each element of an array is recorded once, from 0 to the length, and 'parts[0]' is not recorded.
        var twice = new Tensor[2];
        for (var i = 0; i < 2; i++) twice[i] = Deterministic(z - i);
        twice[1] = Deterministic(z);
//      ^^^^^^^^ PPL0098: 'Deterministic' records the value of a local, by whose name results have it. Each element of an array is recorded once, from 0 to the length, and 'twice[1]' is recorded twice.
        Observe(x, Normal(net.call(z), 1));
    }
}

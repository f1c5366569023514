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
        Deterministic(z.square());
//      ^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0098: 'Deterministic' records the value of a local, by whose name results have it. Write 'var value = Deterministic(z.square());', and read the local.
        var w = 2 * Deterministic(z);
//                  ^^^^^^^^^^^^^^^^ PPL0098: 'Deterministic' records the value of a local, by whose name results have it. Write 'var value = Deterministic(z);', and read the local.
        for (var i = 0; i < 2; i++)
        {
            var part = Deterministic(z * i);
//                     ^^^^^^^^^^^^^^^^^^^^ PPL0098: 'Deterministic' records the value of a local, by whose name results have it. It stands in a loop: record the element of an array, 'part[i] = Deterministic(z * i);', after 'var part = new Tensor[n];' before the loop.
        }

        Observe(x, Normal(net.call(Deterministic(w)), 1));
//                                 ^^^^^^^^^^^^^^^^ PPL0098: 'Deterministic' records the value of a local, by whose name results have it. Write 'var value = Deterministic(w);', and read the local.
    }
}

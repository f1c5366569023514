using System;
using System.Collections.Generic;
using Ppl;
using Ppl.Distributions;
using Ppl.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Bad;

public sealed partial class Example : GenerativeModel
{
    private readonly Module<Tensor, Tensor> net = Linear(2, 2);

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(new Shifted(zeros(2)));
//                     ^^^^^^^^^^^^^^^^^^^^^ PPL0074: The guide of 'z' draws from 'Shifted', which is private, protected or local to a file, so that generated code outside of it cannot name it: 'guide.z' is a member that the whole assembly sees. Make 'Shifted' internal or public.
        Observe(x, Normal(net.call(z), 1));
    }

    [Family(Support.Real, Reparameterized = true, Head = typeof(ShiftedHead))]
    private sealed class Shifted(Tensor loc) : Distribution
    {
        public override long[] Shape => loc.shape;

        public override bool IsReparameterized => true;

        public override Tensor Mean => loc;

        public override Tensor Variance => ones_like(loc);

        public override Tensor RSample(long[] sampleShape, Generator? generator) => loc + randn(DrawShape(sampleShape), dtype: loc.dtype, generator: generator);

        public override Tensor LogProb(Tensor value) => -0.5 * (value - loc).square() - (0.5 * Math.Log(2 * Math.PI));

        public override Tensor Entropy() => full_like(loc, 0.5 + (0.5 * Math.Log(2 * Math.PI)));

        public override Distribution With(Func<Tensor, Tensor> map) => new Shifted(map(loc));

        public override Distribution Map(Func<Tensor, int, Tensor> map, long[]? batch) => new Shifted(map(loc, 0));

        public override Shifted Expand(params long[] sizes) => new(loc.expand(sizes));

        public override ValueFault? FindParameterFault() => null;

        public override ValueFault? FindValueFault(Tensor value) => null;
    }

    private sealed class ShiftedHead() : Head<Shifted>("ShiftedHead")
    {
        private TorchSharp.Modules.Linear? linear;

        public override void Prepare(long features, IReadOnlyList<long> eventShape, ScalarType dtype, Device device)
        {
            linear = Linear(features, Count(eventShape), device: device, dtype: dtype);
            register_module("linear", linear);
        }

        public override Shifted Forward(Tensor features) => new(linear!.call(features));
    }
}

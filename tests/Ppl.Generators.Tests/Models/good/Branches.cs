using Ppl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Good
{
    public sealed partial class Branches : GenerativeModel
    {
        private readonly Module<Tensor, Tensor> toA = Linear(2, 3), toB = Linear(2, 2), toX = Linear(5, 4), toY = Linear(2, 1);

        public Branches() => RegisterComponents();

        [Model]
        private void Generate(Tensor x, Tensor y)
        {
            using var data = Plate(x, y);
            var z = Sample(Normal(0, 1).Expand(2));
            var a = Sample(Normal(toA.call(z), 1));
            var b = Sample(MultivariateNormal(toB.call(z), scaleTril: eye(2)));
            Observe(x, Normal(toX.call(cat([a, b], -1)), 1));
            Observe(y, Bernoulli(logits: toY.call(b) + x.sum(-1, true)));
        }
    }
}

using Ppl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Good;

/// <summary>A primary constructor has no body: its class registers by its base, whose constructor runs after the initializers.</summary>
public abstract class Registered : GenerativeModel
{
    protected Registered() => RegisterComponents();
}

/// <summary>Sites in blocks of their own, whose results live on outside them.</summary>
public sealed partial class Scopes(int layers) : Registered
{
    private readonly Module<Tensor, Tensor> net = Linear(2, 2), decoder = Linear(2, 6);

    public Scopes()
        : this(3)
    {
    }

    [Model]
    private void Generate(Tensor x, Tensor y)
    {
        using var data = Plate(x, y);
        Tensor top;
        {
            var scale = 1.5;
            top = Sample(Normal(0, scale).Expand(2));
        }

        {
            var h = new Tensor[layers];
            h[0] = Sample(Normal(net.call(top), 1));
            for (var i = 1; i <= layers - 1; i += 1) h[i] = Sample(Normal(net.call(h[i - 1]), 1));
            var all = h[^1];
            foreach (var factor in new[] { 1.0, 2.0 }) all = all + (h[layers - 1] * factor);
            Observe(y, Normal(all, 1));
        }

        Observe(x, Normal(decoder.call(top), 1));
    }
}

using Ppl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Good;

/// <summary>A model of a model: the base class is the user's. Arrays of one and two elements more than the length, and a constant one whose inverse does not repeat.</summary>
public abstract class Base : GenerativeModel
{
    protected Module<Tensor, Tensor> Net { get; } = Linear(2, 2);
}

public sealed partial class Offsets : Base
{
    private const int Parts = 3;

    public Offsets() => RegisterComponents();

    private int Layers => 2;

    [Model]
    private void Generate(Tensor x, Tensor y)
    {
        using var data = Plate(x, y);
        var h = new Tensor[this.Layers + 1];
        var g = new Tensor[2 + this.Layers];
        h[^1] = Sample(Normal(0, 1).Expand(2));
        for (var i = h.Length - 2; i >= 0; --i) h[i] = Sample(Normal(Net.call(h[i + 1]), 1));
        g[0] = Sample(Normal(Net.call(h[0]), 1));
        for (var i = 1; i < g.Length; i++) g[i] = Sample(Normal(Net.call(g[i - 1]), 1));
        Observe(x, Normal(Net.call(g[this.Layers + 1]), 1));

        var p = new Tensor[Parts];
        var sum = x;
        for (var i = 0; i < Parts; i++)
        {
            p[i] = Sample(Normal(0, 1).Expand(2));
            sum = sum + p[i];
        }

        Observe(y, Normal(sum, 1));
    }
}

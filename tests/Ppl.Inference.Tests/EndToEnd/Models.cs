using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Inference.Tests.EndToEnd;

// Models as users write them; their guides and bounds are generated when the tests are compiled.

/// <summary>One layer: a variational autoencoder of 64 pixels.</summary>
internal sealed partial class SmallVae : GenerativeModel
{
    private readonly Module<Tensor, Tensor> decoder;

    public SmallVae(ScalarType dtype = ScalarType.Float32)
    {
        decoder = Sequential(Linear(3, 16, dtype: dtype), Tanh(), Linear(16, 64, dtype: dtype));
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(3));
        Observe(x, Bernoulli(logits: decoder.call(z)));
    }
}

/// <summary>Two layers, with the faithful inverse q(h1 | x) q(h2 | h1).</summary>
internal sealed partial class SmallHierarchy : GenerativeModel
{
    private readonly Module<Tensor, Tensor> mean;
    private readonly Module<Tensor, Tensor> logScale;
    private readonly Module<Tensor, Tensor> decoder;

    public SmallHierarchy(ScalarType dtype = ScalarType.Float32)
    {
        mean = Sequential(Linear(2, 8, dtype: dtype), Tanh(), Linear(8, 4, dtype: dtype));
        logScale = Linear(2, 4, dtype: dtype);
        decoder = Sequential(Linear(4, 16, dtype: dtype), Tanh(), Linear(16, 64, dtype: dtype));
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var h2 = Sample(Normal(0, 1).Expand(2));
        var h1 = Sample(Normal(mean.call(h2), logScale.call(h2).exp()));
        Observe(x, Bernoulli(logits: decoder.call(h1)));
    }
}

/// <summary>Three layers in a loop.</summary>
internal sealed partial class SmallLadder : GenerativeModel
{
    private const int Layers = 3;
    private readonly TorchSharp.Modules.ModuleList<Module<Tensor, Tensor>> up;
    private readonly Module<Tensor, Tensor> decoder;

    public SmallLadder(ScalarType dtype = ScalarType.Float32)
    {
        up = ModuleList<Module<Tensor, Tensor>>(Linear(2, 2, dtype: dtype), Linear(2, 2, dtype: dtype));
        decoder = Linear(2, 64, dtype: dtype);
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var h = new Tensor[Layers];
        h[0] = Sample(Normal(0, 1).Expand(2));
        for (var i = 1; i < Layers; i++) h[i] = Sample(Normal(up[i - 1].call(h[i - 1]).tanh(), 0.7));
        Observe(x, Bernoulli(logits: decoder.call(h[Layers - 1])));
    }
}

/// <summary>A conditional model: the label is a covariate, which the encoder sees too.</summary>
internal sealed partial class SmallConditional : GenerativeModel
{
    private readonly Module<Tensor, Tensor> decoder;

    public SmallConditional(ScalarType dtype = ScalarType.Float32)
    {
        decoder = Sequential(Linear(2 + 10, 16, dtype: dtype), Tanh(), Linear(16, 64, dtype: dtype));
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x, Tensor label)
    {
        using var data = Plate(x, label);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Bernoulli(logits: decoder.call(cat([z, label], 1))));
    }
}

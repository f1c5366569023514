using Ppl;
using Ppl.Distributions;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Composed;

/// <summary>A code from which a vector is computed.</summary>
public sealed partial class Code : GenerativeModel
{
    private readonly Module<Tensor, Tensor> net = Linear(2, 3);

    public Code() => RegisterComponents();

    [Model]
    public Tensor Draw(Tensor scale)
    {
        var z = Sample(Normal(0, scale));
        return net.call(z);
    }
}

/// <summary>A code around another one.</summary>
public sealed partial class Outer : GenerativeModel
{
    private readonly Code code = new();

    public Outer() => RegisterComponents();

    [Model]
    public (Tensor Mean, Tensor Scale) Draw(Tensor scale)
    {
        var inner = code.Draw(scale);
        var w = Sample(Normal(inner, 1));
        return (w, w.exp());
    }
}

/// <summary>Binary data with a network of its own.</summary>
public sealed partial class Likelihood : GenerativeModel
{
    private readonly Module<Tensor, Tensor> net = Linear(3, 4);

    public Likelihood() => RegisterComponents();

    [Model]
    public Tensor Weigh(Tensor x, Tensor h)
    {
        var logits = net.call(h);
        Observe(x, Bernoulli(logits: logits));
        return logits;
    }
}

public sealed partial class Composed : GenerativeModel
{
    private readonly Code code = new();
    private readonly Outer outer = new();
    private readonly Likelihood likelihood = new();

    public Composed() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor c)
    {
        using var data = Plate(x, c);
        var a = code.Draw(c.exp());
        var b = code.Draw(c);
        var o = outer.Draw(c);
        var steps = new Tensor[3];
        for (var i = 0; i < 3; i++) steps[i] = Step(i == 0 ? a : steps[i - 1]);
        likelihood.Weigh(x, a + b * o.Scale + o.Mean + steps[2]);
    }

    [Model]
    private Tensor Step(Tensor h)
    {
        var e = Sample(Normal(0, 1).Expand(3));
        return h + e;
    }
}

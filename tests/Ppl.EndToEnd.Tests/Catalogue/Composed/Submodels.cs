using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A submodel: a code, and the vector that is computed from it.</summary>
public sealed partial class Code : GenerativeModel
{
    private readonly Module<Tensor, Tensor> net = Linear(2, 3);

    public Code() => RegisterComponents();

    [Model]
    public Tensor Draw(Tensor mean)
    {
        var z = Sample(Normal(mean, 0.9));
        return net.call(z).tanh();
    }
}

/// <summary>A submodel: one step of a walk.</summary>
public sealed partial class Step : GenerativeModel
{
    private readonly Module<Tensor, Tensor> net = Linear(3, 3);

    public Step() => RegisterComponents();

    [Model]
    internal Tensor Draw(Tensor state)
    {
        var e = Sample(Normal(net.call(state), 0.8));
        return e;
    }
}

/// <summary>A submodel: a positive number, and an array of two around it.</summary>
public sealed partial class Spread : GenerativeModel
{
    [Model]
    public Tensor Draw()
    {
        var s = Sample(HalfNormal(1));
        var e = new Tensor[2];
        for (var i = 0; i < 2; i++) e[i] = Sample(Normal(0, s));
        return s + (e[0] * e[1]).square();
    }
}

/// <summary>A submodel that observes: binary data, whose logits it gives back.</summary>
public sealed partial class Binary : GenerativeModel
{
    private readonly Module<Tensor, Tensor> net = Linear(3, 4);

    public Binary() => RegisterComponents();

    [Model]
    public Tensor Weigh(Tensor x, Tensor h)
    {
        var logits = net.call(h);
        Observe(x, Bernoulli(logits: logits));
        return logits;
    }
}

/// <summary>A submodel around another, which gives back two values, and a factor between them.</summary>
public sealed partial class Shifted : GenerativeModel
{
    private readonly Code code = new();
    private readonly Module<Tensor, Tensor> net = Linear(3, 3);

    public Shifted() => RegisterComponents();

    [Model]
    public (Tensor Value, Tensor Scale) Draw(Tensor mean)
    {
        var inner = code.Draw(mean);
        var w = Sample(Normal(inner, 0.7));
        var near = -(w - inner).square().sum(-1);
        Factor(near);
        return (net.call(w), w.square() + 0.5);
    }
}

/// <summary>A submodel that draws more where a field says so.</summary>
public sealed partial class Refined : GenerativeModel
{
    private readonly bool isFine;

    public Refined(bool isFine) => this.isFine = isFine;

    [Model]
    public Tensor Draw(Tensor mean)
    {
        var z = isFine ? Sample(Normal(mean, 0.5)) : Sample(Normal(mean, 1.5));
        var sum = z;
        if (isFine)
        {
            var d = Sample(Normal(z, 0.2));
            sum = z + d;
        }

        return sum;
    }
}

/// <summary>A submodel that observes two data, in another order than it is given them.</summary>
public sealed partial class Both : GenerativeModel
{
    private readonly Module<Tensor, Tensor> net = Linear(3, 3);

    public Both() => RegisterComponents();

    [Model]
    public Tensor Weigh(Tensor x, Tensor y, Tensor h)
    {
        Observe(y, Normal(net.call(h), 0.6));
        Observe(x, Normal(h, 1));
        return h;
    }
}

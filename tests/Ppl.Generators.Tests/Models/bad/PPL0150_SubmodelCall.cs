using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Ppl;
using Ppl.Distributions;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Bad;

public sealed partial class Code : GenerativeModel
{
    private readonly Module<Tensor, Tensor> net = Linear(2, 2);

    public Code() => RegisterComponents();

    [Model]
    public Tensor Draw(Tensor mean)
    {
        var z = Sample(Normal(mean, 1));
        return net.call(z);
    }

    [Model]
    public Tensor Pair(Tensor mean)
    {
        var e = new Tensor[2];
        for (var i = 0; i < 2; i++) e[i] = Sample(Normal(mean, 1));
        return e[0] + e[1];
    }

    [Model]
    public void Alone(Tensor x)
    {
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Normal(z, 1));
    }
}

public sealed partial class Example : GenerativeModel
{
    private readonly Code code = new();
    private Tensor kept = zeros(2);

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor y)
    {
        using var data = Plate(x);
        var other = new Code();
        var state = zeros(2);
        var inside = 2 * code.Draw(zeros(2));
        var nested = code.Draw(code.Draw(zeros(2)));
        code.Draw(zeros(2));
        _ = code.Draw(zeros(2));
        kept = code.Draw(zeros(2));
        var local = other.Draw(zeros(2));
        var made = new Code().Draw(zeros(2));
        code.Alone(y);
        var h = new Tensor[3];
        for (var i = 0; i < 3; i++)
        {
            state = code.Draw(state);
            h[i] = code.Pair(state);
        }

        var z = Sample(Normal(code.Draw(zeros(2)), 1));
        if (x.shape[0] > 2 && code.Draw(zeros(2)).shape[0] > 1) state = z.neg();
        while (x.shape[0] < 0) state = code.Draw(state);
        Observe(x, Normal(z, 1));
    }
}

using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A submodel that observes what is there of its data, by a mask that it is given and a field of its own.</summary>
public sealed partial class Answers : GenerativeModel
{
    private readonly Module<Tensor, Tensor> net = Linear(2, 3);
    private readonly bool isAll;

    public Answers(bool isAll)
    {
        this.isAll = isAll;
        RegisterComponents();
    }

    [Model]
    public Tensor Weigh(Tensor x, Tensor h, Tensor present)
    {
        var mean = net.call(h);
        Observe(x, Normal(mean, 0.7), where: present.to(ScalarType.Bool).logical_or(isAll));
        return mean;
    }
}

/// <summary>A submodel around another, with a mask that is told by the data themselves.</summary>
public sealed partial class Survey : GenerativeModel
{
    private readonly Answers answers = new(isAll: false);

    public Survey() => RegisterComponents();

    [Model]
    public Tensor Weigh(Tensor income, Tensor x, Tensor h, Tensor told)
    {
        answers.Weigh(x, h, told.gt(0.5));
        Observe(income, Normal(h.sum(-1), 1), where: income.isfinite());
        return h;
    }
}

/// <summary>A submodel whose latent is known in some rows.</summary>
public sealed partial class Score : GenerativeModel
{
    private readonly Module<Tensor, Tensor> net = Linear(2, 2);

    public Score() => RegisterComponents();

    [Model]
    public Tensor Draw(Tensor style, Tensor? told, Tensor known)
    {
        var score = Sample(Normal(net.call(style), 0.8), observed: told, where: known);
        return score.tanh();
    }
}

/// <summary>A submodel that is a time series: a chain of states, and data that are observed slice by slice as long as each row lasts.</summary>
public sealed partial class Chain : GenerativeModel
{
    private readonly int steps;
    private readonly Module<Tensor, Tensor> next = Linear(2, 2);

    public Chain(int steps)
    {
        this.steps = steps;
        RegisterComponents();
    }

    [Model]
    internal Tensor Draw(Tensor start, Tensor x, Tensor length)
    {
        var z = new Tensor[steps];
        for (var t = 0; t < steps; t++)
        {
            if (t == 0) z[t] = Sample(Normal(start, 1));
            else z[t] = Sample(Normal(next.call(z[t - 1]), 0.5));
            Observe(x[.., t], Normal(z[t], 0.4), where: length > t);
        }

        return z[steps - 1];
    }
}

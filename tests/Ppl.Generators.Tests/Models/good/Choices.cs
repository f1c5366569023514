using Ppl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Good;

/// <summary>Draws and observations in the arms of branches: one variable in several arms, a switch, a choice in an expression, an early return.</summary>
public sealed partial class Choices : GenerativeModel
{
    private readonly bool deep = true, wide = false;
    private readonly Link link = Link.Real;
    private readonly int layers = 2;
    private readonly Module<Tensor, Tensor> up = Linear(3, 3), decoder = Linear(3, 6);

    public Choices() => RegisterComponents();

    public enum Link
    {
        Real,
        Binary,
    }

    [Model]
    private void Generate(Tensor x, Tensor c)
    {
        using var data = Plate(x, c);
        var top = wide ? Sample(Normal(0, 2).Expand(3)) : Sample(Normal(0, 1).Expand(3));
        Tensor h;
        if (deep && layers > 1)
        {
            var mean = up.call(top);
            h = Sample(Normal(mean, 1));
        }
        else if (layers == 1)
        {
            h = Sample(Normal(top, 1));
        }
        else
        {
            h = Sample(Normal(top, 0.5));
        }

        switch (link)
        {
            case Link.Binary:
                Observe(x, Bernoulli(logits: decoder.call(h)));
                break;
            default:
                var noise = 0.5;
                Observe(x, Normal(decoder.call(h), noise));
                break;
        }

        if (layers == 1) return;
        Observe(c, Normal(h.mean([1], keepdim: true), 1));
    }
}

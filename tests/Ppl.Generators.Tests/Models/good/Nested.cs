using System;
using Ppl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Good;

/// <summary>Data observed in a block of their own and read after it, names of data that nothing reads, and parentheses around distributions.</summary>
public sealed partial class Nested : GenerativeModel
{
    private readonly Module<Tensor, Tensor> net = Linear(2, 2);
    private readonly bool deep = DateTime.Now.Year < 2000;

    public Nested() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor y, Tensor c, Tensor unread)
    {
        using var data = Plate(x, y, c, unread);
        if (deep) throw new ArgumentException("never", nameof(c) + nameof(y) + nameof(unread));
        var z = Sample((Normal(0, 1).Expand(2))!);
        {
            var mean = net.call(z);
            {
                Observe(x, ((Normal(mean, 1))));
            }
        }

        Observe(y, (Normal(x + net.call(z), 1)));
    }
}

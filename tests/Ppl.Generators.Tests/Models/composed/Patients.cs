using Ppl;
using Ppl.Distributions;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Composed;

public sealed partial class Series : GenerativeModel
{
    private readonly int steps;
    private readonly Module<Tensor, Tensor> next = Linear(2, 2), readout = Linear(2, 3);

    public Series(int steps)
    {
        this.steps = steps;
        RegisterComponents();
    }

    [Model]
    public Tensor Draw(Tensor x, Tensor present)                        // [rows, steps, 3] and [rows, steps]
    {
        var z = new Tensor[steps];
        var level = new Tensor[steps];
        for (var t = 0; t < steps; t++)
        {
            if (t == 0) z[t] = Sample(Normal(0, 1).Expand(2));
            else z[t] = Sample(Normal(next.call(z[t - 1]), 0.3));
            level[t] = Deterministic(readout.call(z[t]));
            Observe(x[.., t], Normal(level[t], 0.5), where: present[.., t]);
        }

        return z[steps - 1];
    }
}

public sealed partial class Patients : GenerativeModel
{
    private readonly Series visits = new(3);
    private readonly Module<Tensor, Tensor> risk = Linear(2, 1);

    public Patients() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor outcome)
    {
        using var patient = Plate(x, outcome);
        var a = visits.Draw(x, x.isfinite().all(-1));
        Observe(outcome, Normal(risk.call(a), 1));
    }
}

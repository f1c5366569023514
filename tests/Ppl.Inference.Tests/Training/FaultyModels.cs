using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Inference.Tests.Training;

// Models that go wrong in one way each, in double precision.

/// <summary>The bound is finite, the gradient of <c>spread</c> is not: the square root has an infinite slope at 0.</summary>
internal sealed partial class RootAtZero : GenerativeModel
{
    private readonly Linear decoder = Linear(2, 5, dtype: ScalarType.Float64);
    private readonly Parameter spread = Parameter(zeros(5, ScalarType.Float64));

    public RootAtZero() => RegisterComponents();

    public Parameter Spread => spread;

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        var y = Sample(Normal(decoder.call(z), 1));
        Observe(x, Normal(y, 1 + spread.sqrt()));
    }
}

/// <summary>The first layer of the decoder normalizes its rows by their mean and variance.</summary>
internal sealed partial class Normalized : GenerativeModel
{
    private readonly Module<Tensor, Tensor> decoder = Sequential(
        ("hidden", Linear(2, 8, dtype: ScalarType.Float64)),
        ("norm", BatchNorm1d(8, dtype: ScalarType.Float64)),
        ("output", Linear(8, 5, dtype: ScalarType.Float64)));

    public Normalized() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Normal(decoder.call(z), 1));
    }
}

/// <summary>A decoder whose last layer can be taken out and replaced.</summary>
internal sealed partial class Replaceable : GenerativeModel
{
    private readonly Linear hidden = Linear(2, 4, dtype: ScalarType.Float64);
    private Linear output = Linear(4, 5, dtype: ScalarType.Float64);

    public Replaceable() => RegisterComponents();

    public Linear Hidden => hidden;

    public Linear Output => output;

    public void Replace()
    {
        register_module("output", null!);
        output = Linear(4, 5, dtype: ScalarType.Float64);
        register_module("output", output);
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Normal(output.call(hidden.call(z).tanh()), 1));
    }
}

/// <summary>A decoder that is no function of its input: once, on request, it gives an infinity.</summary>
internal sealed partial class Fickle : GenerativeModel
{
    private readonly Linear decoder = Linear(2, 5, dtype: ScalarType.Float64);

    public Fickle() => RegisterComponents();

    public bool BreakNext { get; set; }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Normal(Decode(z), 1));
    }

    private Tensor Decode(Tensor z)
    {
        var mean = decoder.call(z);
        if (!BreakNext) return mean;
        BreakNext = false;
        return mean / 0;
    }
}

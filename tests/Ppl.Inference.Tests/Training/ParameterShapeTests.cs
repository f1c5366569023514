using Ppl.Distributions;
using Ppl.Divergences;
using Ppl.Networks;
using Ppl.Shapes;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Inference.Tests.Training;

/// <summary>A family whose own parameters do not go together is named by its site and line.</summary>
public sealed class ParameterShapeTests
{
    private static readonly SviSettings Quiet = new() { Reporter = ITrainingReporter.Quiet };

    [Fact]
    public void Parameters_that_do_not_broadcast()
    {
        using var scope = NewDisposeScope();
        using var model = new FourAndEight();
        EveryUse.Fails(model, zeros(20, 4), fault =>
        {
            Assert.IsType<PplShapeException>(fault);
            Assert.Equal("x", fault.Site);
            Assert.Matches(
                @"^x: Normal\(loc\.call\(z\), scale\.call\(z\)\.exp\(\)\) \(line \d+\) fails: Normal's loc has shape \((8|10|20), 4\) and its scale has "
                + @"shape \((8|10|20), 8\), which do not broadcast\. Given are z \((8|10|20), 2\) Float32\.$",
                fault.Message);
        });
    }

    [Fact]
    public void A_head_of_ones_own_whose_parameters_do_not_broadcast()
    {
        using var scope = NewDisposeScope();
        using var model = new OddHeaded();
        using var guide = model.CreateGuide();
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: Quiet);
        var fault = Assert.Throws<PplShapeException>(() => svi.Step(zeros(20, 2)));
        Assert.Equal("z", fault.Site);
        Assert.Equal(
            "z: the encoder's head fails for an input of shape (20, 400), Float32: Laplace's loc has shape (20, 2) and its scale has shape (20, 3), "
            + "which do not broadcast.",
            fault.Message);
    }
}

/// <summary>Four means, and eight standard deviations.</summary>
internal sealed partial class FourAndEight : GenerativeModel
{
    private readonly Module<Tensor, Tensor> loc = Linear(2, 4);
    private readonly Module<Tensor, Tensor> scale = Linear(2, 8);

    public FourAndEight() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Normal(loc.call(z), scale.call(z).exp()));
    }
}

/// <summary>A latent whose encoder ends with a head that makes two means and three deviations.</summary>
internal sealed partial class OddHeaded : GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(new Laplace(zeros(2), ones(2)));
        Observe(x, Normal(z, 1));
    }
}

/// <summary>The Laplace distribution, with a constructor that checks its shapes.</summary>
[Family(Support.Real, Reparameterized = true, Head = typeof(OddHead))]
internal sealed class Laplace(Tensor loc, Tensor scale) : Distribution
{
    private readonly Tensor loc = loc;
    private readonly Tensor scale = scale;
    private readonly long[] shape = Broadcasting.Broadcast(loc.shape, scale.shape, "Laplace's loc", "its scale");

    public override long[] Shape => shape;

    public override bool IsReparameterized => true;

    public override Tensor Mean => loc.expand(shape);

    public override Tensor Variance => (2 * scale.square()).expand(shape);

    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var (one, other) = (empty(DrawShape(sampleShape)).exponential_(1, generator), empty(DrawShape(sampleShape)).exponential_(1, generator));
        return loc + (scale * (one - other));
    }

    public override Tensor LogProb(Tensor value) => -((value - loc).abs() / scale) - (2 * scale).log();

    public override Tensor Entropy() => (1 + (2 * scale).log()).expand(shape);

    public override Laplace With(Func<Tensor, Tensor> map) => new(map(loc), map(scale));

    public override Laplace Map(Func<Tensor, int, Tensor> map, long[]? batch = null) => new(map(loc, 0), map(scale, 0));

    public override Laplace Expand(params long[] sizes) => new(loc.expand(sizes), scale.expand(sizes));

    [ClosedFormKl]
    public static Tensor Kl(Laplace q, Laplace p)
    {
        var distance = (q.loc - p.loc).abs();
        return (p.scale / q.scale).log() + (((q.scale * (-distance / q.scale).exp()) + distance) / p.scale) - 1;
    }

    public override ValueFault? FindParameterFault() => ValueCheck.Positive(scale, "scale", "Laplace needs scale > 0");

    public override ValueFault? FindValueFault(Tensor value) => ValueCheck.Finite(value, "value", "Laplace needs a finite value");
}

/// <summary>One output too many for the deviations.</summary>
internal sealed class OddHead() : LinearHead<Laplace>(nameof(OddHead))
{
    protected override long Outputs(IReadOnlyList<long> eventShape) => (2 * Count(eventShape)) + 1;

    protected override Laplace Build(Tensor outputs) => new(outputs.narrow(-1, 0, 2), outputs.narrow(-1, 2, 3).exp());
}

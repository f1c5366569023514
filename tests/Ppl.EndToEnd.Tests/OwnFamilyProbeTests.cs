using Ppl.Contracts;
using Ppl.Distributions;
using Ppl.Divergences;
using Ppl.Inference;
using Ppl.Networks;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>What a family of one's own gets wrong without an error of its own is refused before the first step.</summary>
public sealed class OwnFamilyProbeTests
{
    [Fact]
    public void Draws_outside_the_support_of_the_prior_are_refused()
    {
        var fault = Refused<PplSupportException>(new Halved());
        Assert.StartsWith("z: the guide's Normal draws values outside the support of the prior, and HalfExponential needs a value >= 0; found -",
            fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Draws_that_lost_their_gradient_are_refused() => Assert.StartsWith(
        "z: Cut says that its draws are reparameterized, and the guide's draw has no gradient",
        Refused<PplArgumentException>(new Severed()).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_divergence_below_0_is_refused() => Assert.StartsWith(
        "z: the closed form of KL(Sunk || Sunk) gives -",
        Refused<PplArgumentException>(new Sinking()).Message,
        StringComparison.Ordinal);

    private static T Refused<T>(GenerativeModel model) where T : PplException
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var guide = ((IGeneratedModel)model).CreateGuide();
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        var fault = Assert.Throws<T>(() => svi.Step(randn(40)));
        Assert.Equal(0, svi.Steps);
        return fault;
    }
}

/// <summary>An exponential distribution whose attribute names the head of another support.</summary>
[Family(Support.NonNegative, Reparameterized = true, Head = typeof(NormalHead))]
internal sealed class HalfExponential(TensorOrScalar rate) : ParametricFamily<HalfExponential>(RateOf.Of(rate))
{
    private static readonly ParameterDeclaration RateOf = new("rate", Constraint.Positive);

    private Tensor Rate => ParameterAt(0).AsTensor(Like);

    public override Tensor Mean => Whole(1 / Rate);

    public override Tensor Variance => Whole(1 / Rate.square());

    public override Tensor Entropy() => Whole(1 - Rate.log());

    public override Tensor LogProb(Tensor value) => Expanded(Rate.log() - (Rate * value), FullShape(value));

    public override Tensor RSample(long[] sampleShape, Generator? generator = null) =>
        rand(DrawShape(sampleShape), Rate.dtype, Rate.device, generator: generator).neg().log1p().neg() / Rate;
}

/// <summary>A normal distribution whose draws are cut from its parameters.</summary>
[Family(Support.Real, Reparameterized = true, Head = typeof(CutHead))]
internal sealed class Cut(TensorOrScalar loc, TensorOrScalar scale) : OwnNormal<Cut>(loc, scale)
{
    public override Tensor RSample(long[] sampleShape, Generator? generator = null) => base.RSample(sampleShape, generator).detach();
}

/// <summary>A normal distribution with a wrong divergence.</summary>
[Family(Support.Real, Reparameterized = true, Head = typeof(SunkHead))]
internal sealed class Sunk(TensorOrScalar loc, TensorOrScalar scale) : OwnNormal<Sunk>(loc, scale)
{
    [ClosedFormKl]
    public static Tensor Kl(Sunk q, Sunk p) => ((q.Loc - p.Loc).square() / -2) - 1;
}

/// <summary>A normal distribution.</summary>
internal abstract class OwnNormal<TSelf>(TensorOrScalar loc, TensorOrScalar scale)
    : ParametricFamily<TSelf>(LocOf.Of(loc), ScaleOf.Of(scale)) where TSelf : OwnNormal<TSelf>
{
    private static readonly ParameterDeclaration LocOf = new("loc", Constraint.Real);
    private static readonly ParameterDeclaration ScaleOf = new("scale", Constraint.Positive);

    public Tensor Loc => ParameterAt(0).AsTensor(Like);

    public Tensor Scale => ParameterAt(1).AsTensor(Like);

    public override Tensor Mean => Whole(Loc);

    public override Tensor Variance => Whole(Scale.square());

    public override Tensor Entropy() => Whole(Scale.log() + (0.5 * Math.Log(2 * Math.PI * Math.E)));

    public override Tensor LogProb(Tensor value) => Expanded(
        (((value - Loc) / Scale).square() / -2) - Scale.log() - (Math.Log(2 * Math.PI) / 2), FullShape(value));

    public override Tensor RSample(long[] sampleShape, Generator? generator = null) =>
        Loc + (Scale * randn(DrawShape(sampleShape), Loc.dtype, Loc.device, generator: generator));
}

internal sealed class CutHead() : LinearHead<Cut>(nameof(CutHead))
{
    protected override long Outputs(IReadOnlyList<long> eventShape) => Count(eventShape);

    protected override Cut Build(Tensor outputs) => new(ToEvent(outputs), 1);
}

internal sealed class SunkHead() : LinearHead<Sunk>(nameof(SunkHead))
{
    protected override long Outputs(IReadOnlyList<long> eventShape) => Count(eventShape);

    protected override Sunk Build(Tensor outputs) => new(ToEvent(outputs), 1);
}

// Sampled divergences are what these are about.
#pragma warning disable PPL0103
internal sealed partial class Halved : GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(new HalfExponential(1));
        Observe(x, Normal(z, 1));
    }
}

internal sealed partial class Severed : GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(new Cut(0, 1));
        Observe(x, Normal(z, 1));
    }
}

internal sealed partial class Sinking : GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(new Sunk(0, 1));
        Observe(x, Normal(z, 1));
    }
}

using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>Every check for every family; a family is one row of <see cref="FamilyCase.All"/>.</summary>
public sealed class FamilyTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public FamilyTests() => manual_seed(20150901);

    public static TheoryData<string> Names => [.. FamilyCase.All.Select(c => c.Name)];

    public static TheoryData<string> Densities => [.. FamilyCase.Densities.Select(c => c.Name)];

    public static TheoryData<string> WithDensity => [.. FamilyCase.All.Where(c => !c.IsPoint).Select(c => c.Name)];

    public static TheoryData<string> AtFixedNoise => [.. FamilyCase.All.Where(c => !c.IsDiscrete && !c.IsImplicit).Select(c => c.Name)];

    public static TheoryData<string> Continuous => [.. FamilyCase.All.Where(c => !c.IsPoint && !c.IsDiscrete).Select(c => c.Name)];

    public static TheoryData<string> Smooth
        => [.. FamilyCase.All.Where(c => !c.IsPoint && !c.IsDiscrete && c.HasSecondDerivatives).Select(c => c.Name)];

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Densities))]
    public void LogProb_EqualsSciPy(string name)
    {
        var family = Case(name);
        TensorAssert.Close(family.Expected("log_prob")!, family.Make().LogProb(family.Value()), relative: 1e-11);
    }

    [Theory]
    [MemberData(nameof(Densities))]
    public void MomentsAndEntropy_EqualSciPy(string name)
    {
        var family = Case(name);
        var d = family.Make();
        Check("mean", () => d.Mean, d.Shape);
        Check("variance", () => d.Variance, d.Shape);
        Check("entropy", () => d.Entropy(), d.Shape[..^d.EventDimensions]);

        // What References leaves out the family refuses by name.
        void Check(string moment, Func<Tensor> found, long[] shape)
        {
            if (family.Expected(moment) is { } expected)
            {
                TensorAssert.Close(expected.expand(shape), found(), relative: 1e-11);
                return;
            }

            var message = Assert.Throws<NotSupportedException>(() => found()).Message;
            Assert.Contains([d.Name, family.RefusedBy], who => message.StartsWith($"{who} has no {moment}", StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Densities))]
    public void LogDensity_IsTheSumOfLogProb(string name)
    {
        var family = Case(name);
        var d = family.Make();
        var value = family.Value();
        var logProb = d.LogProb(value);
        for (var leading = 0; leading <= logProb.dim(); leading++)
        {
            var expected = EventSum.SumLast(logProb, (int)logProb.dim() - leading);
            TensorAssert.Close(expected, d.LogDensity(value, leading), relative: 1e-12);
        }

        // Particles in front of the rows.
        var particles = value.unsqueeze(0).expand([4, .. value.shape]);
        TensorAssert.Close(d.LogDensity(value, 1).unsqueeze(0).expand(4, d.Shape[0]), d.LogDensity(particles, 2), relative: 1e-12);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Sample_HasTheShape(string name)
    {
        var family = Case(name);
        var d = family.Make();
        TensorAssert.Shape(d.Shape, d.Sample());
        TensorAssert.Shape([7, .. d.Shape], d.Sample(7));
        TensorAssert.Shape([2, 3, .. d.Shape], d.Sample(2, 3));
        Assert.Null(d.FindValueFault(d.Sample(100)));
        Assert.Equal(family.HasGradientOfDraws ?? !family.IsDiscrete, d.IsReparameterized);
        if (d.IsReparameterized)
        {
            TensorAssert.Shape([7, .. d.Shape], d.RSample(7));
        }
        else
        {
            var message = Assert.Throws<NotSupportedException>(() => d.RSample()).Message;
            Assert.Contains("is not reparameterized", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Sample_FollowsTheSeed(string name)
    {
        var d = Case(name).Make();
        manual_seed(5);
        var first = d.Sample(10);
        manual_seed(5);
        TensorAssert.Close(first, d.Sample(10), 0, 0);
        using var generator = new Generator(7);
        var own = d.Sample([10], generator);
        using var again = new Generator(7);
        TensorAssert.Close(own, d.Sample([10], again), 0, 0);
    }

    [Theory]
    [MemberData(nameof(WithDensity))]
    public void GradientOfLogProb_EqualsFiniteDifferences(string name)
    {
        var family = Case(name);
        var value = family.Value();
        CheckDirections(family, d => d.LogProb(value).sum());
    }

    [Theory]
    [MemberData(nameof(AtFixedNoise))]
    public void PathwiseGradient_EqualsFiniteDifferencesAtFixedNoise(string name)
    {
        var family = Case(name);
        var weights = randn_like(family.Value());
        CheckDirections(family, d =>
        {
            manual_seed(11);
            var z = d.RSample(3);
            return (z.square() * weights).sum();
        });
    }

    // Autograd's gradient by the value and by the parameters, differentiated once more: what a Laplace approximation needs.
    [Theory]
    [MemberData(nameof(Smooth))]
    public void SecondDerivativesOfLogProb_EqualFiniteDifferences(string name)
    {
        var family = Case(name);
        var value = family.Value().requires_grad_();
        var weights = randn_like(value);
        CheckDirections(family, d =>
        {
            var gradient = autograd.grad([d.LogProb(value).sum()], [value], create_graph: true)[0];
            return (gradient * weights).sum();
        });
        var unit = randn_like(value) * value.detach().abs() * family.ValueStep;
        var mixed = family.Make();
        Tensor Gradient(Tensor at) => autograd.grad([mixed.LogProb(at).sum()], [at], create_graph: true)[0];
        var twice = TensorAssert.Item((autograd.grad([(Gradient(value) * weights).sum()], [value], allow_unused: true)[0] * unit).sum());
        double At(double step) => TensorAssert.Item((Gradient((value.detach() + unit * step).requires_grad_()) * weights).sum());
        var expected = (At(1e-5) - At(-1e-5)) / 2e-5;
        Assert.True(Math.Abs(twice - expected) <= 1e-5 * (1 + Math.Abs(expected)), $"finite differences give {expected:R}, autograd {twice:R}");
    }

    // A guide over real numbers reaches a draw and comes back to it.
    [Theory]
    [MemberData(nameof(Continuous))]
    public void Draws_ComeBackFromTheReals(string name)
    {
        var d = Case(name).Make();
        var map = Ppl.Transforms.BijectTo.Of(d.ValueConstraint);
        var draws = d.Sample(20);
        var again = map.Forward(map.Inverse(draws));
        TensorAssert.Close(draws, again, relative: 1e-6, absolute: 1e-9);
        Assert.Null(d.FindValueFault(again));
    }

    // The chance that a right sampler fails one entry is that of |z| > 5: 6e-7. Seeds are fixed.
    [Theory]
    [MemberData(nameof(Names))]
    public void Samples_HaveTheMoments(string name)
    {
        const int Count = 100_000;
        var family = Case(name);
        var d = family.Make();
        if (!family.HasMoments || family.Expected("mean") is not { } mean) return;
        var samples = d.Sample(Count).to(ScalarType.Float64);
        CheckMean(samples, mean);
        CheckMean((samples - mean).square(), d.Variance);
    }

    [Theory]
    [MemberData(nameof(WithDensity))]
    public void Entropy_IsMinusTheMeanLogProb(string name)
    {
        var family = Case(name);
        var d = family.Make();
        if (family.Expected("entropy") is null) return;
        CheckMean(-d.LogProb(d.Sample(100_000)), d.Entropy());
    }

    [Theory]
    [MemberData(nameof(Densities))]
    public void With_MapsEveryParameter(string name)
    {
        var family = Case(name);
        var parameters = Leaves(family);
        var d = family.Create(parameters).With(t => t.detach());
        Assert.IsType(family.Make().GetType(), d);
        Assert.False(d.LogProb(family.Value()).requires_grad);
        TensorAssert.Close(family.Make().LogProb(family.Value()), d.LogProb(family.Value()), 0, 0);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Expand_RepeatsTheDistribution(string name)
    {
        var family = Case(name);
        var d = family.Make();
        var batch = d.Shape[..^d.EventDimensions];
        var expanded = d.Expand([5, .. batch]);
        Assert.IsType(d.GetType(), expanded);
        TensorAssert.Shape([5, .. d.Shape], expanded.Sample());
        var logProb = d.LogProb(family.Value());
        TensorAssert.Close(logProb.unsqueeze(0).expand([5, .. logProb.shape]), expanded.LogProb(family.Value()), 0, 0);
        Assert.Equal(ShapeText.Of(expanded.Shape), ShapeText.Of(d.Expand([5, .. batch.Select(_ => -1L)]).Shape));
        var message = Assert.Throws<PplShapeException>(() => d.Expand([.. batch, 17])).Message;
        Assert.Contains("does not expand", message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Dtype_IsKept(string name)
    {
        var family = Case(name);
        foreach (var dtype in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            var d = family.Make().With(t => t.to(dtype));
            var value = d.Sample();
            Assert.Equal(family.ValueType ?? dtype, value.dtype);
            Assert.Equal(dtype, d.LogProb(value).dtype);
            Assert.Equal(dtype, d.LogDensity(value, 1).dtype);
            if (family.Expected("entropy") is not null) Assert.Equal(dtype, d.Entropy().dtype);
            if (family.Expected("mean") is not null) Assert.Equal(dtype, d.Mean.dtype);
        }
    }

    [Theory]
    [MemberData(nameof(Densities))]
    public void Validate_AcceptsTheCase(string name)
    {
        var family = Case(name);
        var d = family.Make();
        Assert.Same(d, d.Validate());
        d.ValidateValue(family.Value());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void NothingLeaks(string name)
    {
        var family = Case(name);
        var d = family.Make();
        var value = family.Value();
        var before = LiveTensors.Count;
        using (NewDisposeScope())
        {
            d.LogDensity(value, 1);
            d.Sample(3);
            d.FindParameterFault();
            d.FindValueFault(value);
        }

        Assert.Equal(before, LiveTensors.Count);
    }

    private static FamilyCase Case(string name) => FamilyCase.Of(name);

    private static Dictionary<string, Tensor> Leaves(FamilyCase family)
        => family.Parameters().ToDictionary(p => p.Key, p => p.Value.requires_grad_());

    private static void CheckDirections(FamilyCase family, Func<Distribution, Tensor> f)
    {
        var leaves = Leaves(family);
        var gradients = autograd.grad([f(family.Create(leaves))], leaves.Values.ToArray(), allow_unused: true);
        foreach (var (name, gradient) in leaves.Keys.Zip(gradients))
        {
            if (family.Fixed.Contains(name)) continue;
            var direction = family.Direction(name, leaves[name].detach());
            var expected = Slope(family, name, direction, f);
            var actual = gradient is null ? 0 : TensorAssert.Item((gradient * direction).sum());
            Assert.True(
                Math.Abs(actual - expected) <= 1e-6 * (1 + Math.Abs(expected)),
                $"{name}: finite differences give {expected:R}, autograd {actual:R}");
        }
    }

    private static double Slope(FamilyCase family, string name, Tensor direction, Func<Distribution, Tensor> f)
    {
        const double Step = 1e-5;
        double At(double step)
        {
            var parameters = family.Parameters();
            parameters[name] = parameters[name] + direction * step;
            return TensorAssert.Item(f(family.Create(parameters)));
        }

        return (At(Step) - At(-Step)) / (2 * Step);
    }

    private static void CheckMean(Tensor samples, Tensor expected)
    {
        var count = samples.shape[0];
        var mean = TensorAssert.ToArray(samples.mean([0]));
        var error = TensorAssert.ToArray(samples.var(0).sqrt() / Math.Sqrt(count));
        var truth = TensorAssert.ToArray(expected);
        for (var i = 0; i < truth.Length; i++)
        {
            // An outcome too rare to occur has no spread in the sample: its probability is below 10 / count.
            var bound = Math.Max(5 * error[i], error[i] == 0 ? 10.0 / count : 0) + 1e-9;
            Assert.True(
                Math.Abs(mean[i] - truth[i]) <= bound,
                $"entry {i}: mean of samples {mean[i]:R}, expected {truth[i]:R}, standard error {error[i]:R}");
        }
    }
}

using Ppl.EndToEnd.Tests.Catalogue;
using Ppl.Flows;
using Ppl.Inference;
using Ppl.Networks;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests.Flows;

/// <summary>Guides with a flow on top: against the interpreter, in training, against exact evidences, and what is refused.</summary>
public sealed class FlowPosteriorTests
{
    private static readonly Dictionary<string, Func<Posterior>> Families = new()
    {
        ["inverse autoregressive"] = () => Posterior.Flow((size, context) => new InverseAutoregressive(size, context: context, hidden: [4]), Small()),
        ["planar"] = () => Posterior.Flow((size, context) => Flow.Sequence(2, _ => new Planar(size, context)), Small()),
        ["spline without context, on a full covariance"] = () => Posterior.Flow(
            (size, _) => new InverseAutoregressive(size, ElementMap.Spline(4, 3), hidden: [4]), Posterior.FullCovariance(hidden: [4])),
        ["Sylvester on a low rank, free"] = () => Posterior.Flow((size, context) => new Sylvester(size, context: context), Posterior.LowRank(1)).Free(),
        ["radial, free"] = () => Posterior.Flow((size, context) => new Radial(size, context)).Free(),
    };

    public static TheoryData<string> Names => [.. Families.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Two_layers_agree_with_the_interpreter(string family)
    {
        foreach (var particles in new[] { 1, 3 })
        {
            using var pass = Pass.Prepare(TwoLayers.Entry, guide: m => ((TwoLayers)m).CreateGuide(h2: Families[family](), h1: Families[family]()));
            ParityTests.Agree(pass, particles);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Other_supports_agree_with_the_interpreter(string family)
    {
        foreach (var particles in new[] { 1, 3 })
        {
            using var pass = Pass.Prepare(Supports.Entry, guide: m => ((Supports)m).CreateGuide(s: Families[family](), w: Families[family]()));
            ParityTests.Agree(pass, particles);
        }
    }

    /// <summary>Every form of gradient, and a checkpoint of the weights.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Every_family_learns(string family)
    {
        foreach (var objective in new[]
        {
            Objective.Elbo(), Objective.Elbo(3, gradient: GradientForm.StickingTheLanding), Objective.Iwae(3, gradient: GradientForm.DoublyReparameterized),
        })
        {
            using var scope = NewDisposeScope();
            manual_seed(3);
            using var model = new Supports();
            using var guide = model.CreateGuide(s: Families[family](), p: Posterior.Diagonal(), w: Families[family]());
            var x = randn(20, 4);
            var svi = new Svi(model, guide, objective, parameters => optim.Adam(parameters, lr: 0.02));
            var first = Enumerable.Range(0, 20).Average(_ => svi.Step(x).Bound);
            for (var i = 0; i < 60; i++) svi.Step(x).Dispose();
            var last = Enumerable.Range(0, 20).Average(_ => svi.Step(x).Bound);
            Assert.True(last > first + 0.1, $"{objective}: {first} to {last}");
        }
    }

    /// <summary>
    /// The posterior of each row is a banana. Bounds are means over 200 rows and 200 draws each, with standard errors below 0.01; the exact evidence
    /// is a quadrature.
    /// </summary>
    [Fact]
    public void An_amortized_flow_bends_where_a_full_covariance_cannot()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var y = randn(200) + randn(200).square() + (0.3 * randn(200));
        var evidence = Evidence(y, 0.3).mean().item<double>();
        var normal = Fitted(() => Posterior.FullCovariance(hidden: [32]), y);
        var flow = Fitted(
            () => Posterior.Flow(
                (size, context) => Flow.Sequence(2, i => new InverseAutoregressive(size, context: context, hidden: [32], isReversed: i % 2 == 1)),
                Posterior.Diagonal(hidden: [32])),
            y);
        Assert.True(flow > normal + 0.25, $"{flow} against {normal}, of {evidence}");
        Assert.True(flow < evidence + 0.02, $"{flow}, of {evidence}");

        static double Fitted(Func<Posterior> posterior, Tensor y)
        {
            manual_seed(2);
            using var model = new Bananas();
            using var guide = model.CreateGuide(z: posterior());
            return Bound(model, guide, y, steps: 800);
        }
    }

    /// <summary>One banana outside the rows, whose flow has free parameters.</summary>
    [Fact]
    public void A_free_flow_bends_where_a_full_covariance_cannot()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var y = 1.5 + (0.6 * randn(4));
        using var normalModel = new Banana();
        using var normalGuide = normalModel.CreateGuide(z: Posterior.FullCovariance());
        var normal = Bound(normalModel, normalGuide, y, steps: 800);
        manual_seed(2);
        using var model = new Banana();
        using var guide = model.CreateGuide(
            z: Posterior.Flow((size, _) => Flow.Sequence(2, i => new InverseAutoregressive(size, hidden: [32], isReversed: i % 2 == 1))));
        var flow = Bound(model, guide, y, steps: 800);
        Assert.True(flow > normal + 0.5, $"{flow} against {normal}");
        Assert.Equal(["z.head.base.free"], guide.named_parameters().Select(p => p.name).Where(name => !name.Contains(".flow.", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_no_flow_can_stand_on_is_named()
    {
        static Flow Make(long size, long context) => new Planar(size, context);
        Assert.Equal(
            "a flow stands on normal coordinates, and not on Posterior.Delta: give Diagonal, FullCovariance or LowRank.",
            Assert.Throws<PplArgumentException>(() => Posterior.Flow(Make, Posterior.Delta())).Message);
        Assert.Equal(
            "a flow stands on normal coordinates, and not on Posterior.Default: give Diagonal, FullCovariance or LowRank.",
            Assert.Throws<PplArgumentException>(() => Posterior.Flow(Make, Posterior.Default())).Message);
        Assert.Equal(
            "a flow stands on normal coordinates, and not on Posterior.Of(head): give Diagonal, FullCovariance or LowRank.",
            Assert.Throws<PplArgumentException>(() => Posterior.Flow(Make, Posterior.Of(() => new NormalHead()))).Message);
        Assert.Equal("Flow on FullCovariance, free", $"{Posterior.Flow(Make, Posterior.FullCovariance()).Free()}");
        using var model = new Bananas();
        using var guide = model.CreateGuide(z: Posterior.Flow((_, context) => new Planar(5, context)));
        Assert.Equal(
            "z: Posterior.Flow was asked for a flow of 2 numbers and a context of 400, or none, and got Planar(5 given 400).",
            Assert.Throws<PplArgumentException>(() => guide.Prepare(guide.Batch(randn(4)))).Message);
    }

    /// <summary>Batch statistics over folded particles are no model's: refused as those of torch's layers are.</summary>
    [Fact]
    public void Batch_statistics_are_refused_where_particles_are_folded()
    {
        using var model = new NormedFlow();
        using var guide = model.CreateGuide();
        var fault = Assert.Throws<PplArgumentException>(() => new Svi(model, guide, Objective.Elbo(3)));
        Assert.Contains("'likelihood.1' of the model is a BatchNormalization", fault.Message, StringComparison.Ordinal);
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        Assert.True(double.IsFinite(svi.Fit([(randn(50, 2) * 2) + 5], steps: 20).Training!.Bound));
        Assert.True(model.state_dict()["likelihood.1.running_mean"].mean().item<float>() > 1);
    }

    private static Posterior Small() => Posterior.Diagonal(hidden: [4]);

    /// <summary>log p(y) = log ∫ N(a; 0, 1) N(y; a², 1 + s²) da on a grid.</summary>
    private static Tensor Evidence(Tensor y, double noise)
    {
        var a = linspace(-7, 7, 4001, dtype: ScalarType.Float64);
        var variance = 1 + (noise * noise);
        var log = (-a.square() / 2) - ((y.to(ScalarType.Float64).unsqueeze(1) - a.square()).square() / (2 * variance));
        return log.logsumexp(1) + Math.Log(14.0 / 4000) - Math.Log(2 * Math.PI) - (Math.Log(variance) / 2);
    }

    private static double Bound(GenerativeModel model, Guide guide, Tensor y, int steps)
    {
        using var svi = new Svi(model, guide, Objective.Elbo(8), parameters => optim.Adam(parameters, lr: 0.006), new SviSettings
        {
            Seed = 5,
            Reporter = ITrainingReporter.Quiet,
        });
        svi.Fit([y], steps: steps);
        return Evaluate.Bound(model, guide, Ppl.Data.Dataset.From(y), Objective.Elbo(200)).Bound;
    }
}

/// <summary>A likelihood with batch normalization between its flows.</summary>
public sealed partial class NormedFlow : GenerativeModel
{
    private readonly Flow likelihood = Flow.Sequence(new MaskedAutoregressive(2, context: 1, hidden: [4]), new BatchNormalization(2));

    public NormedFlow() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(1));
        Observe(x, likelihood.Distribution(z));
    }
}

using Ppl.Contracts;
using Ppl.EndToEnd.Tests.Catalogue;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>Generated guides with other families than the default ones: against the interpreter, in training, and what is refused.</summary>
public sealed class PosteriorTests
{
    private static readonly Dictionary<string, Func<Posterior>> Families = new()
    {
        ["Diagonal"] = () => Posterior.Diagonal(hidden: [4]),
        ["FullCovariance"] = () => Posterior.FullCovariance(hidden: [4]),
        ["LowRank"] = () => Posterior.LowRank(1, hidden: [4]),
        ["Diagonal, free"] = () => Posterior.Diagonal().Free(),
        ["FullCovariance, free"] = () => Posterior.FullCovariance().Free(),
        ["LowRank, free"] = () => Posterior.LowRank(1).Free(),
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

    /// <summary>Matrices, scalars, loops, covariates, priors in every row: whatever the default guide can do a joint one can.</summary>
    [Theory]
    [MemberData(nameof(Models.Names), MemberType = typeof(Models))]
    public void Every_model_takes_joint_families(string name)
    {
        foreach (var posterior in new[] { Posterior.FullCovariance(hidden: [3]), Posterior.FullCovariance().Free() })
        {
            using var pass = Pass.Prepare(Models.Get(name), guide: model => Create(model, posterior, Models.Get(name).Discrete));
            ParityTests.Agree(pass, 3);
        }
    }

    /// <summary>The same family for every latent; parameters outside the rows are free anyway.</summary>
    private static Guide Create(GenerativeModel model, Posterior posterior, string[] discrete)
    {
        var outer = ((IGeneratedModel)model).Plan.Latents.Where(site => !site.IsLocal).Select(site => site.Name.Replace('.', '_')).ToHashSet();
        var create = model.GetType().GetMethod("CreateGuide")!;
        return (Guide)create.Invoke(model, [.. create.GetParameters().Select(Argument)])!;

        object? Argument(System.Reflection.ParameterInfo parameter)
        {
            if (discrete.Contains(parameter.Name)) return null;
            var own = outer.Contains(parameter.Name!) ? Posterior.FullCovariance() : posterior;
            return parameter.ParameterType == typeof(PosteriorList) ? PosteriorList.From(own)! : (object)own;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_family_learns(string family)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var model = new Supports();
        using var guide = model.CreateGuide(s: Families[family](), p: Posterior.Diagonal(), w: Families[family]());
        var x = randn(20, 4);
        var svi = new Svi(model, guide, Objective.Elbo(), parameters => optim.Adam(parameters, lr: 0.02));
        var first = Enumerable.Range(0, 30).Average(_ => svi.Step(x).Bound);
        for (var i = 0; i < 200; i++) svi.Step(x).Dispose();
        var last = Enumerable.Range(0, 30).Average(_ => svi.Step(x).Bound);
        Assert.True(last > first + 0.1, $"{first} to {last}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_part_of_a_point_is_called_by_the_density_that_it_is(int particles)
    {
        using var scope = NewDisposeScope();
        using var model = new Vae();
        using var guide = model.CreateGuide(z: Posterior.Delta());
        var x = rand(20, 6).round();
        guide.Prepare(guide.Batch(x));
        using var result = Inference.Objective.Elbo(particles).Evaluate(guide, guide.Batch(x));
        Assert.Equal(["-log p(z)", "log p(x)"], result.Read().Parts.Select(part => part.Label));
    }

    [Fact]
    public void A_point_is_maximum_a_posteriori_estimation()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var model = new Vae();
        using var guide = model.CreateGuide(z: Posterior.Delta());
        var x = rand(20, 6).round();
        guide.Prepare(guide.Batch(x));
        var draws = guide.Draw(guide.Batch(x), 2);
        foreach (var form in new[] { TermForm.Sampled, TermForm.ClosedFormWhereLegal })
        {
            var terms = guide.Terms(draws, form);
            var divergence = terms[0].Kl ?? terms[0].LogQ! - terms[0].LogP!;
            Assert.Equal(
                -new Distributions.Normal(0, 1).Expand(3).LogDensity(draws.Latents[0], 1).sum().item<float>(), divergence.expand(2, 20).sum().item<float>(), 1e-3f);
        }

        var fault = Assert.Throws<PplArgumentException>(() => new Svi(model, guide, Objective.Iwae(5)));
        Assert.Equal(
            "z: IWAE(5): its family in the guide is a point, Posterior.Delta, and importance weights need log q, which a point has not. "
            + "Use Objective.Elbo, which leaves log q out, or another family.",
            fault.Message);
        var svi = new Svi(model, guide, Objective.Elbo());
        Assert.True(double.IsFinite(svi.Step(x).Bound));
    }

    /// <summary>log p at a point, taken for a weight, would be a likelihood above the true one.</summary>
    [Fact]
    public void What_weighs_by_log_q_refuses_points()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var model = new Vae();
        using var guide = model.CreateGuide(z: Posterior.Delta());
        var data = Data.Dataset.From(rand(6, 6).round());
        var annealing = new AnnealingOptions { Chains = 2, Temperatures = 2, LeapfrogSteps = 1 };
        Action[] measures =
        [
            () => Evaluate.NegativeLogLikelihood(model, guide, data, samples: 10),
            () => Evaluate.NegativeLogLikelihood(model, guide, data, samples: 1),
            () => Evaluate.ParetoShape(model, guide, data, 100),
            () => Evaluate.Bound(model, guide, data, Objective.Iwae(5)),
            () => Evaluate.AnnealedLikelihood(model, guide, data, annealing with { Start = AnnealingStart.Guide }),
            () => Objective.Iwae(5).Evaluate(guide, guide.Batch(rand(6, 6).round())),
            () => Objective.Iwae(5).Accumulate(guide, guide.Batch(rand(6, 6).round())),
        ];
        foreach (var measure in measures) Assert.Contains("which a point has not", Assert.Throws<PplArgumentException>(measure).Message);
        Assert.True(double.IsFinite(Evaluate.AnnealedLikelihood(model, guide, data, annealing with { Start = AnnealingStart.Prior }).Mean));
        Assert.True(double.IsFinite(Evaluate.Bound(model, guide, data).Bound));
    }

    /// <summary>The rows of a shuffled data set find their own parameters.</summary>
    [Fact]
    public void Free_rows_follow_the_data_set()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        using var model = new Walk();
        using var guide = model.CreateGuide(b: Posterior.FullCovariance().Free(), a: Posterior.FullCovariance().Free());
        var x = randn([8, 2], float64);
        guide.Prepare(guide.Batch(x));
        Assert.Equal("q(b) [free] q(a | b) [free]", string.Join(" ", guide.Steps));
        Assert.Equal([8, 2, 2], guide.a.state_dict()["coupling"].shape);
        using (no_grad())
        {
            foreach (var parameter in guide.parameters()) parameter.add_(randn_like(parameter));
        }

        var whole = guide.Draw(guide.Batch(x), 1);
        var numbers = new[] { 5, 0, 7 };
        var part = new Batch(guide.Plan, [x.index_select(0, tensor(numbers.Select(n => (long)n).ToArray()))], [8], numbers);
        var some = guide.Draw(part, 3);
        Assert.Equal([9, 2], some.Latents[1].shape);
        Assert.True(some.Distributions[1].Mean.allclose(whole.Distributions[1].Mean.index_select(0, tensor(new long[] { 5, 0, 7 }))));

        var fault = Assert.Throws<PplShapeException>(() => guide.Draw(guide.Batch(x.narrow(0, 0, 3)), 1));
        Assert.Equal(
            "b: its guide keeps parameters for each of 8 rows, with which it was sized, and this data has 3 in all: other rows have none.",
            fault.Message);

        // q(a | b) has a row for each particle's b: its covariance is that of the row, whichever particle it is.
        var variance = whole.Distributions[0].Variance.index_select(0, tensor(new long[] { 5, 0, 7, 5, 0, 7, 5, 0, 7 }));
        Assert.True(some.Distributions[0].Variance.allclose(variance));
        var shift = guide.a.state_dict()["coupling"].index_select(0, tensor(new long[] { 5, 0, 7, 5, 0, 7, 5, 0, 7 }));
        var mean = guide.a.state_dict()["head.free"].index_select(0, tensor(new long[] { 5, 0, 7, 5, 0, 7, 5, 0, 7 })).narrow(-1, 0, 2)
            + shift.matmul(some.Latents[1].unsqueeze(-1)).squeeze(-1);
        Assert.True(some.Distributions[0].Mean.allclose(mean));
    }
}

using Ppl.Contracts;
using Ppl.Interpretation;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Plates;

/// <summary>The interpreter finds plates for itself: it agrees with what compiled code does, and names what the plan has otherwise.</summary>
public sealed class InterpretedTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public static TheoryData<string> Models => [.. Case.Names];

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Models))]
    public void An_interpreted_run_has_the_terms_and_gradient_of_compiled_code(string name)
    {
        using var example = Case.Disturbed(name);
        var (guide, batch) = (example.Guide, example.Batch);
        var names = guide.Model.LatentNames;
        foreach (var scope in new[] { ParticleScope.Joint, ParticleScope.Local })
        {
            var draws = guide.Draw(batch, 3, scope);
            var terms = guide.Terms(draws, TermForm.Sampled);
            var parts = draws.Parts.Count > 1 ? draws.Parts : guide.Loop(draws).Parts;
            var traces = parts.Select(part => Interpreter.Run(guide, batch, names.Zip(part.Latents).ToDictionary(p => p.First, p => p.Second))).ToList();
            foreach (var term in terms)
            {
                Close(term.LogP!, stack([.. traces.Select(trace => trace[term.Site.Name].LogP)]));
                if (term.LogQ is { } logQ) Close(logQ, stack([.. traces.Select(trace => trace[term.Site.Name].LogQ!)]));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_replayed_run_has_the_joint_density(string name)
    {
        using var example = Case.Disturbed(name);
        var batch = example.Batch;
        var draws = example.Guide.Draw(batch, 1);
        var latents = example.Guide.Model.LatentNames.Zip(draws.Latents).ToDictionary(p => p.First, p => p.Second);
        Close(((IGeneratedModel)example.Model).LogJoint(draws.Latents, batch), Interpreter.Replay(example.Model, batch, latents).LogJoint);
        if (batch.Plan.RowsPlates.Count() != 1) return;
        var part = example.Guide.Batch(example.Data, [60]);
        Close(((IGeneratedModel)example.Model).LogJoint(draws.Latents, part), Interpreter.Replay(example.Model, part, latents).LogJoint);
    }

    [Theory]
    [InlineData(nameof(GlobalMean), new long[] { 5 })]
    [InlineData(nameof(Nested), new long[] { 5, 2 })]
    [InlineData(nameof(Counties), new long[] { 0, 0 })]
    [InlineData(nameof(SideBySide), new long[] { 5, 2 })]
    public void A_simulation_draws_what_compiled_code_draws(string name, long[] sizes)
    {
        using var example = Case.Exact(name);
        Tensor[] covariates = name == nameof(Counties) ? [example.Data[1]] : [];
        manual_seed(3);
        var joint = ((IGeneratedModel)example.Model).Simulate(sizes, covariates);
        manual_seed(3);
        var trace = Interpreter.Simulate(example.Model, sizes, covariates);
        foreach (var (value, expected) in joint.Latents.Zip(trace.Latents.Values)) Close(expected, value);
        foreach (var (value, expected) in joint.Observed.Zip(trace.Where(site => site.Site.Kind == SiteKind.Observed))) Close(expected.Value, value.Value);
        var again = ((IGeneratedModel)example.Model).Predict(sizes, joint.Latents, covariates);
        Assert.Equal(joint.Observed.Select(p => p.Value.numel()), again.Observed.Select(p => p.Value.numel()));
    }

    public static TheoryData<string, Func<GenerativeModel>> Wrong => new()
    {
        {
            "z: the run finds the site in plate 'data', the compiled plan has it outside every plate.",
            () => Changed(site => site.Name == "z" ? site with { Plates = [], Depends = [] } : site)
        },
        {
            "mu: the run finds the site outside every plate, the compiled plan has it in plate 'data'.",
            () => Changed(site => site.Name == "mu" ? site with { Plates = [Data], Depends = [false] } : site)
        },
        {
            "x: the run finds Normal(6), whose shape begins with the sizes of the site's plates, (6), so that it depends on what is inside; "
            + "in the compiled plan it depends on no plate.",
            () => Changed(site => site.Name == "x" ? site with { Depends = [false] } : site)
        },
        {
            "z: Normal depends on plate 'data', so its shape must begin with the plate's 6 rows; found (). "
            + "A network or a reduction has lost the leading dimension.",
            () => Changed(site => site.Name == "z" ? site with { Depends = [true] } : site)
        },
        {
            "a plate takes dimension 0 of x; the compiled plan of GlobalMean has no such plate (data: dimension 1 of x).",
            () => new GlobalMean { Plan = Plan with { Plates = [Data with { Sources = [new(0, 1)] }] } }
        },
        {
            "z: the run finds the site outside every plate, the compiled plan has it in plate 'data'.",
            () => Changed(site => site, Data with { IsEntered = false })
        },
        {
            "the compiled plan of GlobalMean has no plate by number at line 11.",
            () => new NumberPlate()
        },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_plan_that_disagrees_is_named(string message, Func<GenerativeModel> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        using var model = make();
        var x = randn([6], ScalarType.Float64);
        var latents = new Dictionary<string, Tensor> { ["mu"] = tensor(0.0, ScalarType.Float64), ["z"] = zeros_like(x) };
        var generated = (IGeneratedModel)model;
        var fault = Assert.ThrowsAny<PplException>(() => Interpreter.Replay(generated, new Batch(generated.Plan, x), latents));
        Assert.Equal(message, fault.Message);
    }

    /// <summary>The run finds by itself what is computed from what: a plan that lacks an edge does not pass.</summary>
    [Fact]
    public void An_edge_that_the_plan_lacks_is_named()
    {
        using var model = Changed(site => site.Name == "z" ? site with { Parents = [] } : site);
        using var guide = model.CreateGuide();
        var x = randn([6], ScalarType.Float64);
        var fault = Assert.Throws<PplArgumentException>(() => guide.Prepare(guide.Batch(x)));
        Assert.Equal(
            "z: it is computed from 'mu' by a way that the compiler does not see, such as a value that a module or a field keeps, or a tensor "
            + "changed in place by a method: its compiled plan has no latent before it. Write the dependence in the model's own statements: give "
            + "the value as an argument, or keep it in a local.",
            fault.Message);
        Assert.False(guide.IsPrepared);
    }

    [Fact]
    public void Plates_take_the_next_dimension_and_are_left_in_order()
    {
        using var model = new Nested();
        var x = randn([4, 3], ScalarType.Float64);
        var plates = new OpenPlates(new Layout(new Batch(model.Plan, x), 1), [x]);
        var outer = plates.Open([x]);
        var inner = plates.Open([x]);
        Assert.Equal(("plate 'data' of 4 rows", "plate 'items' of 3"), (outer.ToString(), inner.ToString()));
        Assert.Equal(
            "x: Plate takes dimension 2 of it, and its shape is (4, 3): the dimensions before are other plates'.",
            Assert.Throws<PplShapeException>(() => plates.Open([x])).Message);
        Assert.Equal(
            "Plate takes parameters of Generate as they are; a tensor of shape (4, 3) is none.",
            Assert.Throws<PplArgumentException>(() => plates.Open([x + 1])).Message);
        Assert.Equal(
            "plate 'items' was entered and not left: write using var items = Plate(...).",
            Assert.Throws<PplArgumentException>(plates.CheckEnd).Message);
        outer.Dispose();
        Assert.Equal("plate 'data' was left before 'items', entered after it.", Assert.Throws<PplArgumentException>(plates.CheckEnd).Message);
        using var side = new SideBySide();
        var y = randn([2], ScalarType.Float64);
        var values = new OpenPlates(new Layout(new Batch(side.Plan, x, y), 1), [x, y]);
        var first = values.Open([x]);
        values.CheckEnd();
        first.Dispose();
        Assert.Equal(
            "plate 'first' was left, and the compiled plan has it as a value that is never entered (var, without using).",
            Assert.Throws<PplArgumentException>(values.CheckEnd).Message);
    }

    private static PlateInfo Data => Plan.Plates[0];

    private static ModelPlan Plan { get; } = new GlobalMean().Plan;

    private static GlobalMean Changed(Func<SiteInfo, SiteInfo> change, PlateInfo? plate = null) => new()
    {
        Plan = Plan with { Sites = [.. Plan.Sites.Select(change)], Plates = [plate ?? Data], Inputs = [new("x", true, [plate ?? Data])] },
    };

    private static void Close(Tensor expected, Tensor found)
    {
        Assert.Equal(expected.shape[(expected.dim() == found.dim() && expected.dim() > 0 ? 1 : 0)..], found.shape[(expected.dim() > 0 ? 1 : 0)..]);
        Assert.True((expected - found).to(ScalarType.Float64).abs().max().item<double>() < 1e-10);
    }

    /// <summary>A model that makes a plate by number which its plan lacks.</summary>
    private sealed class NumberPlate : HandModel
    {
        public override ModelPlan Plan { get; init; } = InterpretedTests.Plan;

        public override IReadOnlyList<FactorPlan> Factors => [];

        public override void Invoke(IReadOnlyList<Tensor> inputs) => Generate();

        public override void Run(Pass pass, IReadOnlyList<Tensor?> inputs) => throw new NotSupportedException();

#line 11
        private static void Generate() => Plate(size: 3);
#line default
    }
}

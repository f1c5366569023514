using Ppl.Contracts;
using Ppl.EndToEnd.Tests.Catalogue;
using Ppl.Interpretation;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>Generated code and the interpreter, which runs the user's own method, agree on every model of the catalogue, in float64.</summary>
public sealed class ParityTests
{
    private const double Tolerance = 1e-10;

    public static TheoryData<string> Names => Models.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Same_seed_gives_the_same_draws(string name)
    {
        using var pass = Pass.Prepare(Models.Get(name));
        Seed(5);
        var draws = pass.Guide.Draw(pass.Batch, 1);
        Seed(5);
        var trace = Interpreter.Run(pass.Guide, pass.Batch);
        foreach (var (latent, value) in pass.Values(draws, 0)) Assert.Equal(Bits(trace[latent].Value), Bits(value));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void One_particle_has_the_same_terms_and_gradient(string name) => Agree(name, particles: 1);

    [Theory]
    [MemberData(nameof(Names))]
    public void Folded_particles_have_the_terms_and_gradient_of_separate_ones(string name) => Agree(name, particles: 3);

    /// <summary>One row, and as many rows as particles or as elements of other plates: no size may be mistaken for another.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Sizes_that_coincide_are_told_apart(string name)
    {
        foreach (var rows in new[] { 1, 2, 3 })
        {
            using var pass = Pass.Prepare(Models.Get(name), rows);
            Agree(pass, particles: rows == 1 ? 3 : rows);
        }
    }

    /// <summary>The loop is the meaning of particles: a pass for each gives what one pass with particles folded into rows gives.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Looped_particles_have_the_terms_and_gradient_of_folded_ones(string name)
    {
        using var pass = Pass.Prepare(Models.Get(name));
        var draws = pass.Guide.Draw(pass.Batch, 3, ParticleScope.Local);
        var folded = pass.Guide.Condition(draws, [.. draws.Latents.Select(z => z.detach())]);
        var looped = pass.Guide.Loop(folded);
        Assert.Equal((1, 3), (folded.Parts.Count, looped.Parts.Count));
        foreach (var form in new[] { TermForm.Sampled, TermForm.ClosedFormWhereLegal })
        {
            var (one, other) = (pass.Guide.Terms(folded, form), pass.Guide.Terms(looped, form));
            foreach (var (f, l) in one.Zip(other))
            {
                foreach (var (a, b) in new[] { (f.LogP, l.LogP), (f.LogQ, l.LogQ), (f.Kl, l.Kl) })
                    if (a is not null) Close(b!, a.expand(b!.shape));
            }

            Close(pass.Gradient(Bound(other)), pass.Gradient(Bound(one)));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Log_joint_is_that_of_a_replayed_run(string name)
    {
        using var pass = Pass.Prepare(Models.Get(name));
        var draws = pass.Guide.Draw(pass.Batch, 1);
        var expected = Interpreter.Replay(pass.Generated, pass.Batch, pass.Values(draws, 0)).LogJoint;
        Close(expected, pass.Generated.LogJoint(pass.Guide.Values(draws.Latents), pass.Batch));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Simulation_draws_what_the_interpreter_draws(string name)
    {
        using var pass = Pass.Prepare(Models.Get(name));
        Tensor[] covariates = [.. pass.Covariates];
        Seed(6);
        long[] sizes = [.. pass.Batch.Sizes];
        var joint = pass.Generated.Simulate(sizes, covariates);
        Seed(6);
        var trace = Interpreter.Simulate(pass.Generated, sizes, covariates);

        var observed = trace.Where(site => site.Site.Kind == SiteKind.Observed).ToArray();
        foreach (var (latent, value) in pass.Latents.Zip(joint.Latents.Where(z => z is not null))) Assert.Equal(Bits(trace[latent].Value), Bits(value));
        var recorded = pass.Generated.RecordedSequence(pass.Guide.Lengths).DistinctBy(site => site.Name).ToList();
        Assert.Equal(trace.Deterministics.Keys.Order(), recorded.Where(site => Recorded(site) is not null).Select(site => site.Name).Order());
        foreach (var (site, value) in trace.Deterministics) Assert.Equal(Bits(value), Bits(Recorded(recorded.Single(s => s.Name == site))!));
        Tensor? Recorded(SiteInfo site) => site.Element is { } element
            ? joint.Deterministics.Elements(site.Slot).ElementAtOrDefault(element) : joint.Deterministics.Value(site.Slot);
        var parameters = observed.GroupBy(site => site.Site.Variable).OrderBy(sites => sites.First().Site.Slot).ToArray();
        Assert.Equal(parameters.Length, joint.Observed.Count(prediction => prediction is not null));
        foreach (var (sites, prediction) in parameters.Zip(joint.Observed.Where(prediction => prediction is not null)))
        {
            var slices = sites.OrderBy(site => site.Site.Element).ToArray();
            var value = slices[0].Site.SliceDimension is { } dimension
                ? stack([.. slices.Select(site => site.Value)], dimension) : slices.Single().Value;
            var logP = slices.Select(site => site.LogP).Aggregate((sum, term) => sum + term);
            Assert.Equal(value.shape, prediction.Value.shape);
            Assert.Equal(Bits(value), Bits(prediction.Value));
            Close(logP, prediction.Distribution.LogDensity(prediction.Value, slices[0].Site.Plates.Count).expand(logP.shape));
            Assert.Null(prediction.Distribution.FindValueFault(prediction.Value));
        }
    }

    private static void Agree(string name, int particles)
    {
        using var pass = Pass.Prepare(Models.Get(name));
        Agree(pass, particles);
    }

    /// <summary>Compares all terms of a pass, and their gradients, with those of one interpreted run for each particle.</summary>
    internal static void Agree(Pass pass, int particles)
    {
        foreach (var (form, scope) in new[] { TermForm.Sampled, TermForm.ClosedFormWhereLegal }
            .SelectMany(form => new[] { (form, ParticleScope.Joint), (form, ParticleScope.Local) }))
        {
            var draws = pass.Guide.Draw(pass.Batch, particles, scope);
            var terms = pass.Guide.Terms(draws, form);
            var traces = Enumerable.Range(0, particles).Select(k => Interpreter.Run(pass.Guide, pass.Batch, pass.Values(draws, k))).ToList();
            Assert.Equal(traces[0].Select(site => site.Name), terms.Select(term => term.Site.Name));
            foreach (var term in terms)
            {
                Assert.Equal(term.Kl is null || term.Site.Known is not null, term.LogP is not null);
                Assert.Equal(term.Kl is null && term.Site.Kind == SiteKind.Latent, term.LogQ is not null);
                if (term.LogP is not null) Same(term.LogP, [.. traces.Select(trace => LogP(term, trace[term.Site.Name]))]);
                Same(term.LogQ, [.. traces.Select(trace => trace[term.Site.Name].LogQ!)]);
                if (term.Kl is not null) Same(term.Kl, [.. traces.Select(trace => trace[term.Site.Name].Kl())]);
            }

            var bound = Bound(terms);
            var sums = traces.Select(
                trace => terms.Select(term => Part(term, trace[term.Site.Name]).sum()).Aggregate((sum, part) => sum + part));
            var expected = stack([.. sums]).mean();
            Close(expected, bound);
            var gradient = pass.Gradient(bound);
            Assert.True(gradient.abs().max().item<double>() > 1e-3);
            Close(pass.Gradient(expected), gradient);
        }
    }

    /// <summary>The ELBO of the whole data: every term summed over its plates, times N/B, and the mean over particles.</summary>
    internal static Tensor Bound(SiteTerms terms) =>
        terms.Select(term => Part(term).mean([0]).sum() * term.Scale).Aggregate((sum, part) => sum + part);

    private static Tensor Part(SiteTerm term) => Part(term.LogP, term.LogQ, term.Kl);

    private static Tensor Part(SiteTerm term, TraceSite site) => term.Kl is not null
        ? Part(term.LogP is null ? null : LogP(term, site), null, site.Kl()) : Part(site.LogP, site.LogQ, null);

    private static Tensor Part(Tensor? logP, Tensor? logQ, Tensor? kl) =>
        new[] { logP, logQ?.neg(), kl?.neg() }.OfType<Tensor>().Aggregate((sum, part) => sum + part);

    /// <summary>Beside a divergence in closed form a term has log p of what is known alone.</summary>
    private static Tensor LogP(SiteTerm term, TraceSite site) => term.Kl is null ? site.LogP : site.Known!.WhereKnown(site.LogP);

    private static void Same(Tensor? compiled, Tensor[] interpreted)
    {
        if (compiled is not null) Close(stack(interpreted), compiled.expand([interpreted.Length, .. compiled.shape[1..]]));
    }

    private static void Close(Tensor expected, Tensor found)
    {
        Assert.Equal(expected.shape, found.shape);
        Assert.Equal(ScalarType.Float64, found.dtype);
        var difference = ((expected - found).abs() / (expected.abs() + 1)).max().item<double>();
        Assert.True(difference < Tolerance, $"they differ by {difference:G3}: expected {string.Join(' ', Bits(expected))}, found {string.Join(' ', Bits(found))}");
    }

    private static void Seed(long seed)
    {
        using var generator = manual_seed(seed);
    }

    private static double[] Bits(Tensor tensor) => tensor.detach().to(ScalarType.Float64).contiguous().data<double>().ToArray();
}

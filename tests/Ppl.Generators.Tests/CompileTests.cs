using System.Reflection;
using Ppl.Contracts;
using Ppl.Generators.Analysis;
using Ppl.Generators.Tests.Harness;
using Ppl.Interpretation;
using TorchSharp;

namespace Ppl.Generators.Tests;

/// <summary>Every good model compiles without a warning, runs, and agrees with the interpreter.</summary>
public class CompileTests
{
    private const long RowCount = 5;

    static CompileTests() => torch.set_default_dtype(torch.float64);

    [Theory]
    [ClassData(typeof(GoodModels))]
    public void Good_models_compile_without_warnings(string name)
    {
        var run = GeneratorHarness.RunGood(name);
        if (Environment.GetEnvironmentVariable("PPL_DUMP") is { } folder) File.WriteAllText(Path.Combine(folder, name + ".g.cs"), run.Files[0].SourceText.ToString());
        Assert.Single(run.Files);
    }

    [Theory]
    [ClassData(typeof(GoodModels))]
    public void Generated_terms_agree_with_the_interpreter(string name) => AgreeWithInterpreter(GeneratorHarness.RunGood(name));

    internal static void AgreeWithInterpreter(GeneratorRun run)
    {
        using var turn = TorchTurn.Seed(1);
        using var scope = torch.NewDisposeScope();
        var (model, batch) = Create(run);
        var guide = model.CreateGuide();
        guide.Prepare(batch);

        // One particle: the interpreter runs the user's own method at the same latents.
        var draws = guide.Draw(batch, 1);
        var terms = guide.Terms(draws, TermForm.Sampled);
        var latents = terms.Where(t => t.Site.Kind == SiteKind.Latent).ToDictionary(t => t.Site.Name, t => t.Value!);
        var trace = Interpreter.Run(guide, batch, latents);
        Assert.Equal(terms.Select(t => t.Site.Name), trace.Select(s => s.Name));
        foreach (var term in terms)
        {
            AssertClose(trace[term.Site.Name].LogP, term.LogP!.squeeze(0));
            if (term.LogQ is not null) AssertClose(trace[term.Site.Name].LogQ!, term.LogQ.squeeze(0));
        }

        AssertClose(trace.LogJoint, model.LogJoint(draws.Latents, batch));
    }

    [Theory]
    [ClassData(typeof(GoodModels))]
    public void Particles_are_rows_of_their_own(string name) => SeparateParticles(GeneratorHarness.RunGood(name));

    internal static void SeparateParticles(GeneratorRun run)
    {
        using var turn = TorchTurn.Seed(2);
        using var scope = torch.NewDisposeScope();
        var (model, batch) = Create(run);
        var guide = model.CreateGuide();
        guide.Prepare(batch);
        var draws = guide.Draw(batch, 3);
        var folded = guide.Terms(draws, TermForm.Sampled);
        for (var k = 0; k < 3; k++)
        {
            var single = guide.Draw(batch, 1);
            var particle = guide.Condition(single, [.. draws.Latents.Select(z => draws.Layout.Rows(guide.Plan.Plates[0]).Unfold(z)[k])]);
            foreach (var (all, one) in folded.Zip(guide.Terms(particle, TermForm.Sampled)))
            {
                AssertClose(one.LogP!.squeeze(0), Row(all.LogP!, k));
                if (one.LogQ is not null) AssertClose(one.LogQ.squeeze(0), Row(all.LogQ!, k));
            }
        }

        // Closed forms are means of what they replace, never NaN; their shape is [K, B] or [1, B].
        foreach (var term in guide.Terms(draws, TermForm.ClosedFormWhereLegal).Where(t => t.Kl is not null))
        {
            Assert.True(term.Kl!.isfinite().all().item<bool>());
            Assert.Equal(RowCount, term.Kl.shape[1]);
            Assert.True(term.Kl.ge(0).all().item<bool>());
        }
    }

    [Theory]
    [ClassData(typeof(GoodModels))]
    public void Typed_results_fit_together(string name) => FitTogether(GeneratorHarness.RunGood(name));

    internal static void FitTogether(GeneratorRun run)
    {
        using var turn = TorchTurn.Seed(3);
        using var scope = torch.NewDisposeScope();
        var (model, batch) = Create(run);
        var guide = model.CreateGuide();
        guide.Prepare(batch);
        object?[] Data(bool covariates) => [.. batch.Tensors.Where((_, i) => !covariates || !model.Plan.Inputs[i].IsObserved)];
        object Call(object target, string member, params object?[] arguments)
        {
            var method = target.GetType().GetMethod(member)!;
            return method.Invoke(target, [.. arguments, .. method.GetParameters().Skip(arguments.Length).Select(p => p.DefaultValue)])!;
        }


        // What the posterior gives, prediction and density take.
        var posterior = Call(guide, "Posterior", [.. Data(false), 4]);
        Assert.Equal([4, RowCount], ((torch.Tensor)Call(model, "LogJoint", [posterior, .. Data(false)])).shape);
        var joint = Call(model, "Predict", [posterior, .. Data(true)]);
        var reconstruction = Call(guide, "Reconstruct", Data(false));
        foreach (var site in model.Plan.Observed)
        {
            var observed = batch[site.Name].shape;
            var predicted = Predicted(joint, site.Name);
            Assert.Equal([4, .. observed], predicted.Value.shape);
            Assert.Equal([4, .. observed], predicted.Mean.shape);
            Assert.Equal(observed, Predicted(reconstruction, site.Name).Value.shape);
        }

        // The density of the first sample alone is the first of all.
        var all = (torch.Tensor)Call(model, "LogJoint", [posterior, .. Data(false)]);
        var latents = posterior.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(p => model.Plan.Deterministics.All(recorded => recorded.Name != p.Name))
            .SelectMany(p => p.GetValue(posterior) switch { torch.Tensor one => [one], IReadOnlyList<torch.Tensor> several => several, _ => [] });
        AssertClose(all[0], model.LogJoint([.. latents.Select(z => z[0])], batch));
    }

    [Theory]
    [ClassData(typeof(GoodModels))]
    public void A_gradient_comes_from_where_the_compiler_says(string name)
    {
        var run = GeneratorHarness.RunGood(name);
        using var turn = TorchTurn.Seed(4);
        using var scope = torch.NewDisposeScope();
        var (model, batch) = Create(run);
        var guide = model.CreateGuide();
        guide.Prepare(batch);

        // The derivative of each term by each latent, all else held.
        var leaves = guide.Draw(batch, 1).AtLeaves();
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var term in guide.Terms(leaves, TermForm.Sampled))
        {
            for (var i = 0; i < leaves.Latents.Count; i++)
            {
                if (model.LatentNames([])[i] == term.Site.Name || !term.LogP!.requires_grad) continue;
                var gradient = torch.autograd.grad([term.LogP.sum()], [leaves.Latents[i]], retain_graph: true, allow_unused: true)[0];
                if (gradient is not null && gradient.ne(0).any().item<bool>()) found.Add($"{Variable(model.LatentNames([])[i])} from {Variable(term.Site.Name)}");
            }
        }

        var spec = run.Program;
        var said = GradientReach.Of(spec, DependencyGraph.Build(spec, 4)!).Sites.SelectMany(s => s.From.Select(from => $"{spec.Sites[s.Site].Name} from {from}"));
        Assert.Equal(found, said.Distinct().Order(StringComparer.Ordinal));

        static string Variable(string site) => site.Split('[')[0];
    }

    [Theory]
    [ClassData(typeof(GoodModels))]
    public void Steps_name_draws_and_inputs(string name)
    {
        var run = GeneratorHarness.RunGood(name);
        using var turn = TorchTurn.Seed(5);
        using var scope = torch.NewDisposeScope();
        var (model, batch) = Create(run);
        var guide = model.CreateGuide();
        guide.Prepare(batch);
        var known = model.Plan.Inputs.Select(i => i.Name).ToHashSet();
        foreach (var step in guide.Steps)
        {
            // Slices of data have the data's name, x[2], x[..3], and so does their mask, where(x)[..3].
            Assert.All(step.Inputs, input => Assert.Contains(
                input.Contains("where(") ? input[6..input.IndexOf(')')] : input.Contains("..") ? input[..input.IndexOf('[')] : input, known));
            Assert.True(known.Add(step.Latent));
        }

        Assert.Equal(guide.Draw(batch, 1).Latents.Count, guide.Steps.Count);
    }

    private static torch.Tensor Row(torch.Tensor term, int particle) => term.shape[0] == 1 ? term[0] : term[particle];

    private static void AssertClose(torch.Tensor expected, torch.Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.True((expected - actual).abs().max().item<double>() < 1e-10, $"they differ by {(expected - actual).abs().max().item<double>()}");
    }

    /// <summary>A site's prediction: a member of its name, or with an underscore where C# does not allow that one.</summary>
    private static Prediction Predicted(object joint, string site) =>
        (Prediction)(joint.GetType().GetProperty(site, typeof(Prediction)) ?? joint.GetType().GetProperty(site + "_", typeof(Prediction)))!.GetValue(joint)!;

    private static (IGeneratedModel Model, Batch Batch) Create(GeneratorRun run)
    {
        var type = GeneratorHarness.Load(run).GetTypes().Single(t => typeof(IGeneratedModel).IsAssignableFrom(t));
        if (type.IsGenericTypeDefinition) type = type.MakeGenericType(typeof(int));
        var model = (IGeneratedModel)Activator.CreateInstance(type, BindingFlags.CreateInstance | BindingFlags.Public | BindingFlags.Instance
            | BindingFlags.OptionalParamBinding, null, type.GetConstructor([]) is null ? [Type.Missing] : [], null)!;
        var covariates = model.Plan.Covariates.Select(c => torch.randn(c.IsPlated ? RowCount : 2, 2)).ToList();
        var observed = model.Simulate([RowCount], covariates).Observed;
        var names = model.Plan.Observed.Select(s => s.Name).Distinct().ToList();
        var next = 0;
        torch.Tensor Data(string name) => names.IndexOf(name) is >= 0 and var site ? observed[site].Value : torch.randn(RowCount, 2);
        return (model, new Batch(model.Plan, [.. model.Plan.Inputs.Select(i => i.IsObserved ? Data(i.Name) : covariates[next++])]));
    }
}

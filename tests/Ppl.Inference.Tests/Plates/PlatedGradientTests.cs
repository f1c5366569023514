using Ppl.Contracts;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Plates;

/// <summary>Gradients along the path where latents stand outside the rows: their means are those of the plain gradient.</summary>
public sealed class PlatedGradientTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    public static TheoryData<string, Objective, Objective> Unbiased => new()
    {
        { nameof(GlobalMean), Objective.Elbo(2, KlForm.Sampled), Objective.Elbo(2, gradient: GradientForm.StickingTheLanding) },
        { nameof(GlobalMean), Objective.Iwae(3), Objective.Iwae(3, GradientForm.DoublyReparameterized) },
        { nameof(Nested), Objective.Iwae(3), Objective.Iwae(3, GradientForm.DoublyReparameterized) },
        { nameof(GlobalMean), Objective.Iwae(3, joint: true), Objective.Iwae(3, GradientForm.DoublyReparameterized, joint: true) },
        { nameof(Counties), Objective.Iwae(3, joint: true), Objective.Iwae(3, GradientForm.DoublyReparameterized, joint: true) },
    };

    /// <summary>
    /// Each of at most 40 coordinates differs by less than 5 standard errors of the difference of the two means: a false alarm in about 4e4
    /// runs, and the seed is fixed.
    /// </summary>
    [Theory]
    [MemberData(nameof(Unbiased))]
    public void Along_the_path_is_unbiased(string name, Objective plain, Objective path)
    {
        ArgumentNullException.ThrowIfNull(plain);
        ArgumentNullException.ThrowIfNull(path);
        using var example = Case.Disturbed(name);
        var (expected, found) = (Sample(example, plain), Sample(example, path));
        var error = ((expected.var(0) + found.var(0)) / expected.shape[0]).sqrt();
        var z = ((expected.mean([0]) - found.mean([0])).abs() / (error + 1e-12)).max().item<double>();
        Assert.True(z < 5, $"z = {z}");
    }

    public static TheoryData<string, Objective> Weighted
    {
        get
        {
            Objective[] objectives =
            [
                Objective.Elbo(),
                Objective.Elbo(3, KlForm.Sampled),
                Objective.Elbo(particles: 2, beta: 2.5),
                Objective.Capacity(0.1, gamma: 3),
                Objective.Capacity(50, gamma: 3),
                Objective.FreeBits(0.01),
                Objective.FreeBits(0.5),
                Objective.Constrained(0.4, multiplier: 1.7),
                Objective.Geco(-3),
            ];
            var data = new TheoryData<string, Objective>();
            foreach (var name in Case.Names)
                foreach (var objective in objectives) data.Add(name, objective);
            return data;
        }
    }

    /// <summary>Terms that are summed over further plates, and those outside the rows, keep their gradients whatever the weights are found from.</summary>
    [Theory]
    [MemberData(nameof(Weighted))]
    public void Plain_gradients_agree_with_differences(string name, Objective objective)
    {
        ArgumentNullException.ThrowIfNull(objective);
        using var example = Case.Disturbed(name);
        foreach (var module in new nn.Module[] { example.Model, example.Guide })
        {
            if (!module.parameters().Any()) continue;
            var exact = Objectives.Gradients.Of(objective, example.Guide, module, example.Batch, seed: 11);
            var differences = Objectives.Gradients.ByDifferences(objective, example.Guide, module, example.Batch, seed: 11);
            Objectives.Gradients.Close(differences, exact, 1e-6 * (1 + Objectives.Gradients.Largest(exact)));
            Assert.True(Objectives.Gradients.Largest(exact) > 1e-3);
        }
    }

    /// <summary>What a pass keeps once it is computed has its gradient, also where it is first read without.</summary>
    [Fact]
    public void Groups_that_are_first_read_without_gradient_have_one()
    {
        using var example = Case.Disturbed(nameof(Nested));
        var terms = example.Guide.Terms(example.Guide.Draw(example.Batch, 2, ParticleScope.Local), TermForm.Sampled);
        using (no_grad())
            foreach (var group in terms.Groups) Assert.True(group.LogWeight.requires_grad);
        using (no_grad())
        {
            var measured = example.Guide.Terms(example.Guide.Draw(example.Batch, 2, ParticleScope.Local), TermForm.Sampled);
            foreach (var group in measured.Groups) Assert.False(group.LogWeight.requires_grad);
        }
    }

    /// <summary>Looped and folded local particles: the same gradient at the same draws, for each form.</summary>
    [Theory]
    [InlineData(GradientForm.StickingTheLanding)]
    [InlineData(GradientForm.DoublyReparameterized)]
    public void Folded_and_looped_paths_agree(GradientForm form)
    {
        using var example = Case.Disturbed(nameof(Nested));
        var objective = Objective.Iwae(3, form);
        manual_seed(9);
        var folded = example.Guide.Draw(example.Batch, 3, ParticleScope.Local);
        var first = Gradient(example, () => PathGradient.Accumulate(objective, folded));
        manual_seed(9);
        var again = example.Guide.Draw(example.Batch, 3, ParticleScope.Local);
        var rows = folded.Layout.Rows(example.Guide.Plan.Plates[0]);
        Draws[] parts = [.. Enumerable.Range(0, 3).Select(k => new Draws(
            example.Guide, example.Batch, new Layout(example.Batch, 1),
            [again.Latents[0], .. again.Latents.Skip(1).Select(z => rows.Unfold(z)[k])], again.Distributions))];
        var second = Gradient(
            example, () => PathGradient.Accumulate(objective, new Draws(example.Guide, example.Batch, new Layout(example.Batch, 3), parts)));
        Objectives.Gradients.Close(first, second, 1e-10 * (1 + Objectives.Gradients.Largest(first)));
        Assert.True(Objectives.Gradients.Largest(first) > 1e-3);
    }

    private static Tensor Sample(Case example, Objective objective)
    {
        const int Repeats = 1500;
        manual_seed(6);
        var all = new double[Repeats][];
        for (var i = 0; i < Repeats; i++)
        {
            using var inner = NewDisposeScope();
            all[i] = Gradient(example, () => objective.Accumulate(example.Guide, example.Batch).Dispose());
        }

        return tensor(all.SelectMany(row => row).ToArray()).view(Repeats, -1);
    }

    private static double[] Gradient(Case example, Action accumulate)
    {
        foreach (var parameter in example.Model.parameters().Concat(example.Guide.parameters())) parameter.grad = null;
        accumulate();
        return
        [
            .. example.Model.parameters().Concat(example.Guide.parameters())
                .SelectMany(p => p.grad is { } g ? g.data<double>().ToArray() : new double[p.numel()]),
        ];
    }
}

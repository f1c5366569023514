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

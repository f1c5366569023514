using Ppl.Contracts;
using static TorchSharp.torch;

namespace Ppl.Examples.Language;

/// <summary>
/// Mini-batch bounds are unbiased: at the same draws, the mean of the bound over all mini-batches of B of 6 rows is the bound of all rows. The
/// number is the largest distance of any B from 1 to 5, relative to the bound.
/// </summary>
public static class MinibatchProgram
{
    private const int Rows = 6;
    private const double Margin = 1e-12;

    /// <summary>Compares for nested, indexed and crossed plates.</summary>
    /// <param name="budget">Its seed.</param>
    public static IReadOnlyList<Measured> Run(Budget budget)
    {
        using var scope = NewDisposeScope();
        manual_seed(budget.Seed);
        return
        [
            Compare("nested plates", new Nested(), randn([Rows, 3], float64)),
            Compare("indexed groups", new Indexed(4), randn([Rows], float64), tensor(new long[] { 0, 3, 1, 1, 0, 2 })),
            Compare("crossed plates", new Crossed(), randn([Rows, 4], float64)),
        ];
    }

    private static Measured Compare(string name, GenerativeModel model, params Tensor[] data)
    {
        using var gradient = no_grad();
        using var guide = ((IGeneratedModel)model).CreateGuide();
        var whole = guide.Batch(data);
        guide.Prepare(whole);
        var draws = guide.Draw(whole, 1);
        var expected = Bound(guide.Terms(draws, TermForm.ClosedFormWhereLegal));
        var worst = Enumerable.Range(1, Rows - 1).Max(size =>
        {
            var bounds = Subsets(size).Select(rows => Bound(guide.Terms(Part(guide, draws, rows), TermForm.ClosedFormWhereLegal)));
            return Math.Abs(bounds.Average() - expected) / Math.Abs(expected);
        });
        model.Dispose();
        return new($"{name}: mean over mini-batches, of the bound {expected:F3}", worst, 0, Margin);
    }

    /// <summary>The same draws for some rows; those outside the rows are the same for all.</summary>
    private static Draws Part(Guide guide, Draws whole, int[] rows)
    {
        var index = tensor(rows.Select(row => (long)row).ToArray());
        Tensor[] data = [.. whole.Batch.Tensors.Select((t, i) => guide.Plan.Inputs[i].HasRows ? t.index_select(0, index) : t)];
        var batch = guide.Batch(data, [Rows], rows);
        var latents = guide.Plan.Latents.Zip(whole.Latents, (site, z) => site.IsLocal ? z.index_select(0, index) : z);
        return guide.Condition(guide.Draw(batch, 1), [.. latents]);
    }

    private static double Bound(SiteTerms terms) => terms.Sum(term => term.Scale * Of(term).sum().item<double>());

    private static Tensor Of(SiteTerm term) => term.Kl is { } kl ? -kl : term.LogQ is { } logQ ? term.LogP! - logQ : term.LogP!;

    private static IEnumerable<int[]> Subsets(int size) => Enumerable.Range(0, 1 << Rows)
        .Select(mask => Enumerable.Range(0, Rows).Where(row => (mask >> row & 1) == 1).ToArray())
        .Where(subset => subset.Length == size);
}

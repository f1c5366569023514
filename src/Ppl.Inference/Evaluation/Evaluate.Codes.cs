using Ppl.Data;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <content>The latents of data as numbers: codes.</content>
public static partial class Evaluate
{
    /// <summary>The guide's mean of every latent that a row has, one row of numbers for each datum.</summary>
    /// <remarks>E_q of each latent at the means of those that its encoder sees. Latents outside the rows of the data have no part in it.</remarks>
    /// <param name="model">The model.</param>
    /// <param name="guide">Its guide.</param>
    /// <param name="data">The data.</param>
    /// <param name="options">Seed and memory.</param>
    /// <returns>
    /// [N, D] in double precision on the CPU, D the numbers of a row's latents in the order of the model; owned by the caller's scope.
    /// </returns>
    /// <exception cref="PplArgumentException">No latent stands in the rows of the data.</exception>
    public static Tensor Codes(GenerativeModel model, Guide guide, Dataset data, EvaluationOptions? options = null)
    {
        using var pass = new EvaluationPass(model, guide, data, options ?? new());
        var isLocal = Locals(guide);
        if (!isLocal.Contains(true)) throw new PplArgumentException($"{guide.Plan.Model} has no latent in the rows of its data: a row has no code.");
        List<Tensor> codes = [];
        foreach (var rows in pass.Batches(pass.RowsWithin(1)))
        {
            using var inner = NewDisposeScope();
            using var noise = pass.Noise(rows);
            var means = PosteriorMeans(guide, pass.Load(rows)).Where((_, i) => isLocal[i]).Select(z => z.reshape(rows.Size, -1));
            codes.Add(cat([.. means], 1).cpu().to(ScalarType.Float64).MoveToOuterDisposeScope());
        }

        return cat(codes, 0).MoveToOuterDisposeScope();
    }
}

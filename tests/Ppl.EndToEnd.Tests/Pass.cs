using Ppl.Contracts;
using Ppl.EndToEnd.Tests.Catalogue;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>A model of the catalogue with a prepared guide and a batch, in a dispose scope of its own.</summary>
internal sealed class Pass : IDisposable
{
    private readonly DisposeScope scope;

    private Pass(DisposeScope scope, GenerativeModel model, Guide guide, Batch batch) =>
        (this.scope, Model, Guide, Batch) = (scope, model, guide, batch);

    public GenerativeModel Model { get; }

    public IGeneratedModel Generated => (IGeneratedModel)Model;

    public Guide Guide { get; }

    public Batch Batch { get; }

    public IReadOnlyList<string> Latents => Guide.LatentNames;

    public IEnumerable<Tensor> Covariates => Batch.Tensors.Where((_, i) => !Guide.Plan.Inputs[i].IsObserved);

    /// <summary>Makes a pass.</summary>
    /// <param name="entry">The model.</param>
    /// <param name="rows">B.</param>
    /// <param name="type">Of weights and data.</param>
    /// <param name="seed">Of weights and data.</param>
    /// <param name="disturb">How far weights move from where initialisation put them, so that no term is zero by accident.</param>
    /// <param name="guide">Makes the guide; the default one when null.</param>
    public static Pass Prepare(
        CatalogueEntry entry, long rows = 5, ScalarType type = ScalarType.Float64, long seed = 1, double disturb = 0.02,
        Func<GenerativeModel, Guide>? guide = null)
    {
        using (manual_seed(seed))
        {
        }

        var scope = NewDisposeScope();
        var model = entry.Create();
        model.to(type);
        var made = guide?.Invoke(model) ?? ((IGeneratedModel)model).CreateGuide();
        var batch = made.Batch(entry.Data(rows, type));
        made.Prepare(batch);
        using (no_grad())
        {
            foreach (var parameter in model.parameters().Concat(made.parameters())) parameter.add_(randn_like(parameter) * disturb);
        }

        return new Pass(scope, model, made, batch);
    }

    /// <summary>The latents of one particle, by name: those of its own pass, or its rows of one pass for all.</summary>
    public Dictionary<string, Tensor> Values(Draws draws, int particle)
    {
        var sites = Guide.LatentSites;
        var part = draws.Parts.Count > 1 ? draws.Parts[particle] : draws;
        var within = draws.Parts.Count > 1 ? 0 : particle;
        return Latents.Zip(part.Latents, sites).ToDictionary(
            z => z.First, z => z.Third.IsLocal ? part.Layout.Rows(z.Third.Plates[0]).Unfold(z.Second)[within] : z.Second);
    }

    /// <summary>The gradients of all parameters of the model and of the guide, one after the other.</summary>
    public Tensor Gradient(Tensor bound)
    {
        Model.zero_grad();
        Guide.zero_grad();
        bound.backward(retain_graph: true);
        return cat([.. Model.parameters().Concat(Guide.parameters()).Select(p => (p.grad is { } grad ? grad.clone() : zeros_like(p)).flatten())]);
    }

    public void Dispose()
    {
        Guide.Dispose();
        Model.Dispose();
        scope.Dispose();
    }
}

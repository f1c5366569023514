using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>A joint draw of a model, without names.</summary>
/// <param name="Latents">The latents' values in the order of the model, the elements of an indexed site by index: [plates, event].</param>
/// <param name="Observed">The observed sites' predictions in the order of the model.</param>
public sealed record JointDraw(IReadOnlyList<Tensor> Latents, IReadOnlyList<Prediction> Observed)
{
    /// <summary>The latents' shapes, and the predictions.</summary>
    public override string ToString() =>
        $"latents {string.Join(", ", Latents.Select(z => ShapeText.Of(z.shape)))}; observed {string.Join(", ", Observed)}";
}

/// <summary>
/// What generated code gives every model. Its typed members (<c>Simulate</c>, <c>Predict</c>, <c>LogJoint</c>) are for users; these
/// untyped versions, implemented explicitly, are for the engine, which works for any model.
/// </summary>
public interface IGeneratedModel
{
    /// <summary>What the compiler knows of the model.</summary>
    ModelPlan Plan { get; }

    /// <summary>
    /// Every site in the order in which the method runs it, indexed sites element by element, each with the line and text of its own
    /// statement.
    /// </summary>
    IReadOnlyList<SiteInfo> Sequence => Plan.Sites;

    /// <summary>
    /// Names of the latents in the order of <see cref="JointDraw.Latents"/> and <see cref="Draws.Latents"/>: of the model, the elements of
    /// an indexed site by index, whichever way its loop runs.
    /// </summary>
    IReadOnlyList<string> LatentNames =>
    [
        .. Sequence.Where(site => site.Kind == SiteKind.Latent).GroupBy(site => site.Variable)
            .SelectMany(sites => sites.OrderBy(site => site.Element)).Select(site => site.Name),
    ];

    /// <summary>A new guide with default encoders.</summary>
    Guide CreateGuide();

    /// <summary>A draw from the prior.</summary>
    /// <param name="sizes">
    /// The size of each plate in the order of the plan; 0 for one whose size the covariates tell, and for one by number.
    /// </param>
    /// <param name="covariates">The parameters that are never observed, in order.</param>
    JointDraw Simulate(IReadOnlyList<long> sizes, IReadOnlyList<Tensor> covariates);

    /// <summary>The observed sites given latents.</summary>
    /// <param name="sizes">
    /// The size of each plate in the order of the plan; 0 for one whose size the covariates tell, and for one by number.
    /// </param>
    /// <param name="latents">The latents in the order of the model: [plates, event].</param>
    /// <param name="covariates">The parameters that are never observed, in order.</param>
    JointDraw Predict(IReadOnlyList<long> sizes, IReadOnlyList<Tensor> latents, IReadOnlyList<Tensor> covariates);

    /// <summary>
    /// log p(data, latents): one number for each row where every site stands in one rows plate, else one number for the whole data; see
    /// <see cref="SiteTerms.LogJoint"/>.
    /// </summary>
    /// <param name="latents">The latents in the order of the model: [plates, event].</param>
    /// <param name="batch">The data.</param>
    Tensor LogJoint(IReadOnlyList<Tensor> latents, Batch batch);

    /// <summary>Calls the user's own method, inside an interpreter.</summary>
    /// <param name="inputs">One tensor for each parameter, in order.</param>
    void Invoke(IReadOnlyList<Tensor> inputs);
}

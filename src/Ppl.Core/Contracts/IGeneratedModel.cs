using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>A joint draw of a model, without names.</summary>
/// <param name="Latents">The latents' values in the order of the model, the elements of an indexed site by index: [plates, event].</param>
/// <param name="Observed">The observed sites' predictions in the order of the model; null for one that the run did not reach.</param>
public sealed record JointDraw(LatentValues Latents, IReadOnlyList<Prediction> Observed)
{
    /// <summary>What <c>Deterministic</c> has recorded.</summary>
    public required RecordedValues Deterministics { get; init; }

    /// <summary>What the run has reached; null for a model whose runs all reach everything.</summary>
    internal Reach? Reach { get; init; }

    /// <summary>The plates of the run with their sizes.</summary>
    internal IReadOnlyList<Axis> Plates { get; init; } = [];

    /// <summary>The latents' shapes, and the predictions.</summary>
    public override string ToString() =>
        $"latents {Latents}; observed {string.Join(", ", Observed.Where(prediction => prediction is not null))}";
}

/// <summary>
/// What generated code gives every model, implemented explicitly. Users call its typed members (<c>Simulate</c>, <c>Predict</c>,
/// <c>LogJoint</c>); the engine works for any model, by this.
/// </summary>
public interface IGeneratedModel
{
    /// <summary>What the compiler knows of the model.</summary>
    ModelPlan Plan { get; }

    /// <summary>For each latent variable in the order of the model how many elements it has: 1 for one that is not indexed.</summary>
    /// <param name="lengths">The lengths that the model reads off its data, in the order of the plan.</param>
    IReadOnlyList<int> Lengths(IReadOnlyList<int> lengths) => Plan.Singles;

    /// <summary>
    /// Every site in the order in which the method runs it, indexed sites element by element, each with the line and text of its own
    /// statement. A run passes over the sites of the arms that it does not take.
    /// </summary>
    /// <param name="lengths">The lengths that the model reads off its data, in the order of the plan.</param>
    IReadOnlyList<SiteInfo> Sequence(IReadOnlyList<int> lengths) => Plan.Sites;

    /// <summary>
    /// Every recorded value in the order in which the method runs it, those of arrays element by element, as <see cref="Sequence"/> has the sites.
    /// </summary>
    /// <param name="lengths">The lengths that the model reads off its data, in the order of the plan.</param>
    IReadOnlyList<SiteInfo> RecordedSequence(IReadOnlyList<int> lengths) => Plan.Deterministics;

    /// <summary>
    /// Names of the latents in the order of <see cref="JointDraw.Latents"/>: of the model, the elements of an indexed site by index, whichever
    /// way its loop runs. Those that a guide's runs reach are <see cref="Ppl.Guide.LatentNames"/>.
    /// </summary>
    /// <param name="lengths">The lengths that the model reads off its data, in the order of the plan.</param>
    IReadOnlyList<string> LatentNames(IReadOnlyList<int> lengths) => [.. Slots.SitesOf(this, lengths).Select(site => site.Name)];

    /// <summary>A new guide with default encoders.</summary>
    Guide CreateGuide();

    /// <summary>Runs the model's statements: each site is handed to the pass.</summary>
    /// <param name="pass">Says what becomes of a site.</param>
    /// <param name="inputs">One tensor for each parameter, in order; null for data that the pass draws.</param>
    void Run(Pass pass, IReadOnlyList<Tensor?> inputs);

    /// <summary>Which of a site's data are there, as the model's <c>where:</c> says it; null for a site without one.</summary>
    /// <param name="site">The site, of data observed slice by slice the element.</param>
    /// <param name="inputs">One tensor for each parameter, in order.</param>
    /// <returns>Boolean, or 0 and 1: a dimension for each plate of the site.</returns>
    Tensor? Mask(SiteInfo site, IReadOnlyList<Tensor> inputs) => null;

    /// <summary>Calls the user's own method, inside an interpreter.</summary>
    /// <param name="inputs">One tensor for each parameter, in order.</param>
    void Invoke(IReadOnlyList<Tensor> inputs);

    /// <summary>A draw from the prior.</summary>
    /// <param name="sizes">
    /// The size of each plate in the order of the plan, then each length read off the data; 0 for what the covariates tell, and for a plate by
    /// number.
    /// </param>
    /// <param name="covariates">The parameters that are never observed, in order.</param>
    JointDraw Simulate(IReadOnlyList<long> sizes, IReadOnlyList<Tensor> covariates) => ModelRun.Simulate(this, sizes, covariates);

    /// <summary>The observed sites given latents.</summary>
    /// <param name="sizes">
    /// The size of each plate in the order of the plan, 0 for one whose size latents or covariates tell, and for one by number; then each length
    /// read off the data, 0 for one that the covariates tell.
    /// </param>
    /// <param name="latents">The latents in the order of the model: [plates, event].</param>
    /// <param name="covariates">The parameters that are never observed, in order.</param>
    JointDraw Predict(IReadOnlyList<long> sizes, IReadOnlyList<Tensor> latents, IReadOnlyList<Tensor> covariates) =>
        ModelRun.Predict(this, latents, null, sizes, covariates);

    /// <summary>
    /// log p(data, latents): one number for each row where every site stands in one rows plate, else one number for the whole data; see
    /// <see cref="SiteTerms.LogJoint"/>.
    /// </summary>
    /// <param name="latents">The latents in the order of the model: [plates, event].</param>
    /// <param name="batch">The data.</param>
    Tensor LogJoint(IReadOnlyList<Tensor> latents, Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return ModelRun.LogJoint(this, new LatentValues(this, latents, batch.Lengths), batch, 1);
    }
}

using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>What the typed members of a model do, without types: draws from the prior, predictions, densities; for one or several samples.</summary>
public static class ModelRun
{
    /// <summary>A draw from the prior.</summary>
    /// <param name="model">The model.</param>
    /// <param name="sizes">
    /// The size of each plate in the order of the plan, then each length read off the data; 0 where covariates tell it, or the model itself.
    /// </param>
    /// <param name="covariates">The parameters that are never observed, in order.</param>
    /// <param name="doing">Values that are set, whatever their parents are; none when null.</param>
    /// <exception cref="PplArgumentException">A plate is empty or of unknown size, or there are not as many tensors as covariates.</exception>
    /// <exception cref="PplShapeException">A covariate has another size in a plate.</exception>
    public static JointDraw Simulate(
        IGeneratedModel model, IReadOnlyList<long> sizes, IReadOnlyList<Tensor> covariates, SetValues? doing = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Run(model, new Simulation((nn.Module)model, model.Plan, sizes, covariates), covariates, null, doing).Joint;
    }

    /// <summary>A draw from the prior to look at shapes by: a latent without a total mass to draw from is at a point of its set.</summary>
    internal static JointDraw Probe(IGeneratedModel model, IReadOnlyList<long> sizes, IReadOnlyList<Tensor> covariates) =>
        Run(model, new Simulation((nn.Module)model, model.Plan, sizes, covariates) { TakesPoints = true }, covariates, null).Joint;

    /// <summary>A draw from the prior along which a gradient runs to the model's parameters.</summary>
    /// <exception cref="PplArgumentException">A site that follows from parameters to train has a family without a pathwise draw.</exception>
    internal static JointDraw Pathwise(IGeneratedModel model, IReadOnlyList<long> sizes, IReadOnlyList<Tensor> covariates) =>
        Run(model, new Simulation((nn.Module)model, model.Plan, sizes, covariates) { IsPathwise = true }, covariates, null).Joint;

    /// <summary>The observed sites given latents.</summary>
    /// <param name="model">The model.</param>
    /// <param name="latents">A value for each latent: [plates, event], or [samples, plates, event].</param>
    /// <param name="samples">How many samples the values are; null where they have no such dimension.</param>
    /// <param name="sizes">
    /// The size of each plate in the order of the plan, 0 where latents or covariates tell it, or the model itself; then each length read off the
    /// data, 0 where covariates tell it.
    /// </param>
    /// <param name="covariates">The parameters that are never observed, in order.</param>
    /// <param name="doing">Values that are set, whatever their parents or the latents given are: [plates, event], the same for every sample.</param>
    public static JointDraw Predict(
        IGeneratedModel model, IReadOnlyList<Tensor> latents, int? samples, IReadOnlyList<long> sizes, IReadOnlyList<Tensor> covariates,
        SetValues? doing = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(sizes);
        ArgumentNullException.ThrowIfNull(covariates);
        var lengths = Lengths(model.Plan, sizes, covariates);
        var values = new LatentValues(model, latents, lengths);
        var known = Sizes(model.Plan, sizes, values, samples is null ? 0 : 1);
        if (samples is not { } count) return Predict(model, values, known, covariates, doing);

        // What is recorded may take rows together, and those of other samples are not among them. Without latents nothing says how many rows
        // there are.
        if (model.Plan.HasOuterLatents || model.Plan.RowsPlates.Count() != 1 || model.Plan.Deterministics.Count > 0 || !model.Plan.Latents.Any())
            return PredictEach(model, values, count, known, covariates, doing);

        var plate = model.Plan.RowsPlates.First();
        var rows = new Rows(count, known[plate.Index]);
        known[plate.Index] = rows.Total;
        var repeated = model.Plan.Covariates.Zip(covariates, (input, tensor) => input.HasRows ? rows.Repeat(tensor) : tensor).ToList();
        var joint = Predict(model, new LatentValues(model, values.Each(rows.Fold), lengths), known, repeated, doing?.Repeat(model.Plan, rows));
        if (doing is not null) values = new LatentValues(model, joint.Latents.Each(rows.Unfold), lengths);
        return new JointDraw(values, [.. joint.Observed.Select(p => p?.Unfold(rows)!)]) { Deterministics = joint.Deterministics };
    }

    /// <summary>
    /// log p(data, latents): one number for each row where every site stands in one rows plate, else one number for the whole data; for each of
    /// the samples.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="latents">A value for each latent: [plates, event], or [samples, plates, event].</param>
    /// <param name="samples">How many samples the values are; null where they have no such dimension.</param>
    /// <param name="inputs">One tensor for each parameter of the model, in order.</param>
    public static Tensor LogJoint(IGeneratedModel model, IReadOnlyList<Tensor> latents, int? samples, IReadOnlyList<Tensor?> inputs)
    {
        ArgumentNullException.ThrowIfNull(model);
        var batch = new Batch(model.Plan, inputs);
        var values = new LatentValues(model, latents, batch.Lengths);
        if (samples is not { } count) return LogJoint(model, values, batch, 1);
        if (model.Plan.HasOuterLatents || model.Plan.RowsPlates.Count() != 1)
            return stack([.. Enumerable.Range(0, count).Select(s => LogJoint(model, Sample(model, values, s), batch, 1))]);
        var rows = new Rows(count, batch.Count);
        var density = LogJoint(model, new LatentValues(model, values.Each(rows.Fold), batch.Lengths), batch, count);
        return count == 1 ? density.unsqueeze(0) : density;
    }

    internal static Tensor LogJoint(IGeneratedModel model, LatentValues latents, Batch batch, int particles)
    {
        var pass = new DensityPass(model, batch, new Layout(batch, particles), latents);
        model.Run(pass, batch.Tensors);
        latents.RequireReached(pass.Reach, model);
        return pass.Terms.LogJoint();
    }

    /// <summary>Runs a model forward; observed parameters have no value until they are drawn.</summary>
    internal static SimulationPass Run(
        IGeneratedModel model, Simulation simulation, IReadOnlyList<Tensor> covariates, LatentValues? given, SetValues? doing = null)
    {
        var pass = new SimulationPass(model, simulation, given, doing);
        var next = 0;
        model.Run(pass, [.. model.Plan.Inputs.Select(input => input.IsObserved ? null : covariates[next++])]);
        given?.RequireReached(pass.Reach, model);
        doing?.RequireReached(pass.Reach, model, pass.Layout.Lengths);
        return pass;
    }

    private static JointDraw Predict(
        IGeneratedModel model, LatentValues latents, IReadOnlyList<long> sizes, IReadOnlyList<Tensor> covariates, SetValues? doing) =>
        Run(model, new Simulation((nn.Module)model, model.Plan, sizes, covariates), covariates, latents, doing).Joint;

    private static JointDraw PredictEach(
        IGeneratedModel model, LatentValues values, int samples, IReadOnlyList<long> sizes, IReadOnlyList<Tensor> covariates, SetValues? doing)
    {
        var draws = Enumerable.Range(0, samples).Select(s => Predict(model, Sample(model, values, s), sizes, covariates, doing)).ToList();
        if (doing is not null) values = new LatentValues(model, [.. values.Select((_, i) => Latent(i))], values.Lengths);
        var sites = Enumerable.Range(0, draws[0].Observed.Count);
        return new JointDraw(values, [.. sites.Select(Stack)])
        {
            Deterministics = RecordedValues.Stack([.. draws.Select(d => d.Deterministics)]),
        };

        Tensor Latent(int i) => draws[0].Latents[i] is null ? null! : stack([.. draws.Select(d => d.Latents[i])]);

        Prediction Stack(int site) => draws[0].Observed[site] is null ? null! : Prediction.Stack([.. draws.Select(d => d.Observed[site])]);
    }

    private static LatentValues Sample(IGeneratedModel model, LatentValues values, int sample) =>
        new(model, values.Each(v => v.select(0, sample)), values.Lengths);

    /// <summary>The lengths read off the data: those of covariates, and those that are given.</summary>
    private static IReadOnlyList<int> Lengths(ModelPlan plan, IReadOnlyList<long> sizes, IReadOnlyList<Tensor> covariates) => plan.Lengths.Count == 0
        ? [] : [.. Simulation.Lengths(plan, sizes.Skip(plan.Plates.Count), covariates).Select(length => checked((int)length))];

    /// <summary>Fills in the sizes that the latents' values tell.</summary>
    private static long[] Sizes(ModelPlan plan, IReadOnlyList<long> sizes, LatentValues values, int skipped)
    {
        var known = sizes.ToArray();
        foreach (var site in plan.Latents.GroupBy(s => s.Slot).Select(g => g.First()))
        {
            if (values.Value(site.Slot) is not { } value) continue;
            var shape = value.shape.AsSpan(skipped);
            for (var d = 0; d < Math.Min(shape.Length, site.Plates.Count); d++)
            {
                var plate = site.Plates[d];
                if (known[plate.Index] == 0 && !plate.IsByNumber) known[plate.Index] = shape[d];
            }
        }

        return known;
    }
}

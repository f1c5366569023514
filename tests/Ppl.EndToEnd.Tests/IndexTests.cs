using Ppl.Data;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>Indices by which a model picks values: one that picks nothing is refused wherever data come in, and −1 counts nothing from the end.</summary>
public sealed class IndexTests
{
    private const string Rule = "effect[group] takes it as an index into plate 'groups' of size 3, which must be from 0 to 2; found ";

    [Theory]
    [InlineData(-1, false)]
    [InlineData(3, false)]
    [InlineData(-1, true)]
    [InlineData(3, true)]
    public void Steps_evaluations_posteriors_and_simulations_refuse_it(long bad, bool isPrepared)
    {
        using var scope = NewDisposeScope();
        using var model = new GroupEffects();
        using var guide = model.CreateGuide();
        using var svi = new Svi(
            model, guide, Objective.Elbo(2), p => optim.Adam(p), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        if (isPrepared) svi.Step([zeros(4), tensor(new long[] { 0, 1, 2, 0 })]);
        var (x, group) = (zeros(4), tensor(new long[] { 0, 1, bad, 0 }));
        var message = $"group: {Rule}{bad} at [2]";
        Refuses(message, () => svi.Step([x, group]));
        Refuses(message, () => svi.Fit([x, group], steps: 2));
        Refuses(message, () => model.Simulate(4, group));
        Refuses(message, () => model.LogJoint(new GroupEffects.Latents(zeros(3)), x, group));
        if (!isPrepared) return;
        Refuses(message, () => guide.Posterior(x, group));
        Refuses(message, () => Objective.Elbo().Evaluate(guide, guide.Batch(x, group)).Dispose());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void A_data_set_names_its_column_and_row(long bad)
    {
        using var scope = NewDisposeScope();
        var groups = zeros(100, ScalarType.Int64);
        groups[57] = bad;
        using var data = Dataset.From("houses", ("x", zeros(100)), ("group", groups));
        using var model = new GroupEffects();
        using var guide = model.CreateGuide();
        using var svi = new Svi(model, guide, Objective.Elbo(), p => optim.Adam(p), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        Refuses($"group: data 'houses', column 'group': {Rule}{bad} at [57]", () => svi.Fit(data, epochs: 1, batchSize: 10));
    }

    [Fact]
    public void A_negative_index_into_values_that_a_statement_computes_is_refused_too()
    {
        using var scope = NewDisposeScope();
        using var model = new ScaledEffects();
        using var guide = model.CreateGuide();
        var group = tensor(new long[] { 0, 1, -1, 0 });
        Refuses(
            "group: scaled[group] takes it as an index, which must be at least 0; found -1 at [2]", () => guide.Prepare(guide.Batch(zeros(4), group)));
    }

    private static void Refuses(string message, Action run) => Assert.Equal(message, Assert.Throws<PplSupportException>(run).Message);
}

internal sealed partial class GroupEffects : GenerativeModel
{
    [Model]
    private void Generate(Tensor x, Tensor group)
    {
        var groups = Plate(size: 3);
        var effect = Sample(Normal(0, 1), within: groups);
        using var data = Plate(x, group);
        Observe(x, Normal(effect[group], 1));
    }
}

internal sealed partial class ScaledEffects : GenerativeModel
{
    [Model]
    private void Generate(Tensor x, Tensor group)
    {
        var groups = Plate(size: 3);
        var effect = Sample(Normal(0, 1), within: groups);
        var scaled = 2 * effect;
        using var data = Plate(x, group);
        Observe(x, Normal(scaled[group], 1));
    }
}

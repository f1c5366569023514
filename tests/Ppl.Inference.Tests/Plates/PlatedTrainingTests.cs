using Ppl.Data;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Plates;

/// <summary>Training by steps on all data, in mini-batches of models with global latents, and with tensors that have no rows.</summary>
public sealed class PlatedTrainingTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public static TheoryData<string> Models => [.. Case.Names];

    public void Dispose() => scope.Dispose();

    /// <summary>From a guide somewhere else full batches come to the evidence: the guide's family holds the posterior.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void A_fit_by_steps_comes_to_the_evidence(string name)
    {
        using var example = Case.Disturbed(name);
        var lines = new StringWriter();
        using var svi = Engine(example, lines, Objective.Elbo(gradient: GradientForm.StickingTheLanding), 0.03);
        Freeze(example);
        var result = svi.Fit(example.Data, steps: 1500);
        Assert.Equal((FitEnd.Steps, 1500), (result.End, svi.Steps));
        Assert.Equal(example.Evidence.item<double>(), result.Training!.Bound, 0.02);
        Assert.Equal(BoundUnit.Total, result.Training.Unit);
        Assert.Contains("in total over the data: 1500 steps on all data", lines.ToString(), StringComparison.Ordinal);
        Assert.Equal(10, lines.ToString().Split('\n').Count(line => line.StartsWith("step ", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_model_without_parameters_is_fitted_by_steps_alone()
    {
        using var model = new Coin();
        using var guide = model.CreateGuide();
        var lines = new StringWriter();
        using var svi = new Svi(model, guide, Objective.Elbo(kl: KlForm.Sampled, gradient: GradientForm.StickingTheLanding), p => optim.Adam(p, 0.05),
            new SviSettings { Reporter = new TextReporter(lines) });
        svi.Fit(steps: 600);

        // q is the prior then, and the bound log p of nothing: 0.
        Assert.Equal(0, svi.Fit(steps: 100).Training!.Bound, 1e-3);
        Assert.Equal(700, svi.Steps);
        Assert.Throws<PplArgumentException>(() => svi.Fit([zeros(3)], steps: 1));
    }

    [Fact]
    public void A_fit_by_steps_resumes_bit_for_bit()
    {
        using var folder = new Testing.TemporaryFolder();
        var path = Path.Combine(folder.Path, "fit.ckpt");
        using var whole = Case.Disturbed(nameof(Nested));
        using var straight = Engine(whole, TextWriter.Null, Objective.Elbo(2), 0.01);
        straight.Fit(whole.Data, steps: 30);

        using var cut = Case.Disturbed(nameof(Nested));
        using (var first = Engine(cut, TextWriter.Null, Objective.Elbo(2), 0.01))
        {
            using var cancel = new CancellationTokenSource();
            var options = new FitOptions { Checkpoint = path, CheckpointEverySteps = 7, Cancellation = cancel.Token, Callbacks = [new StopAt(cancel, 17)] };
            var interrupted = first.Fit(cut.Data, steps: 30, options);
            Assert.Equal((FitEnd.Interrupted, 17, path), (interrupted.End, first.Steps, interrupted.Checkpoint));
        }

        using var again = Case.Disturbed(nameof(Nested));
        using var second = Engine(again, TextWriter.Null, Objective.Elbo(2), 0.01);
        second.Restore(path);
        Assert.Equal(17, second.Steps);
        second.Fit(again.Data, steps: 30 - (int)second.Steps);
        foreach (var (expected, found) in whole.Guide.parameters().Zip(again.Guide.parameters()))
            Assert.Equal(expected.data<double>().ToArray(), found.data<double>().ToArray());
    }

    [Fact]
    public void What_fits_by_steps_cannot_do_is_refused()
    {
        using var example = Case.Disturbed(nameof(GlobalMean));
        using var svi = Engine(example, TextWriter.Null, Objective.Elbo(), 0.01);
        Assert.Equal(
            "options.DropLast leaves out batches of an epoch; a fit by steps has none.",
            Assert.Throws<PplArgumentException>(() => svi.Fit(example.Data, 1, new FitOptions { DropLast = true })).Message);
        Assert.Throws<PplArgumentException>(() => svi.Fit(example.Data, 1, new FitOptions { HeldOutEverySteps = 1 }));
        Assert.Throws<PplArgumentException>(() => svi.Fit(example.Data, 1, new FitOptions { Callbacks = [new EarlyStopping(1)] }));
        var bad = example.Data[0].clone();
        bad[2] = double.NaN;
        Assert.Equal(
            "x: a finite value is needed; found NaN at [2]", Assert.Throws<NonFiniteException>(() => svi.Fit([bad], steps: 1)).Message);
        Assert.Equal(0, svi.Steps);
        svi.Fit(example.Data, steps: 1);
        Assert.Equal(
            "x: the tensor has rows of shape (2); the guide's encoders were sized for ().",
            Assert.Throws<PplShapeException>(() => svi.Fit([zeros([6, 2], ScalarType.Float64)], steps: 1)).Message);
    }

    [Fact]
    public void Steps_by_hand_know_the_total()
    {
        using var example = Case.Disturbed(nameof(GlobalMean));
        using var svi = Engine(example, TextWriter.Null, Objective.Elbo(), 0.01);
        var part = example.Data[0].narrow(0, 0, 2);
        svi.Step(part);
        var alone = svi.Step([part], total: 2).Bound;
        var scaled = svi.Step([part], total: 2000).Bound;
        Assert.True(scaled < 100 * alone, $"{scaled} of 2000 rows, {alone} of 2");
        Assert.Equal(
            "plate 'data' has 2 rows in the batch, and 1 in all: it cannot have fewer.",
            Assert.Throws<PplArgumentException>(() => svi.Step([part], total: 1)).Message);
    }

    /// <summary>Mini-batches of two thirds of the data come near the evidence, which full batches reach.</summary>
    [Fact]
    public void Mini_batches_of_a_model_with_a_global_latent()
    {
        using var example = Case.Disturbed(nameof(Nested));
        using var data = Dataset.From("numbers", ("x", example.Data[0]));
        var lines = new StringWriter();
        using var svi = Engine(example, lines, Objective.Elbo(gradient: GradientForm.StickingTheLanding), 0.02);
        var result = svi.Fit(data, epochs: 300, batchSize: 3, heldOut: data);
        Assert.Equal(BoundUnit.Total, result.Last!.Training.Unit);
        Assert.Equal(BoundUnit.Total, result.Last.HeldOut!.Unit);
        Assert.Contains("in total over the data: epochs 1 to 300", lines.ToString(), StringComparison.Ordinal);
        var bound = Inference.Evaluate.Bound(
            example.Model, example.Guide, data, Objective.Elbo(kl: KlForm.Sampled), new EvaluationOptions { BatchSize = 4 }).Bound;
        Assert.Equal(example.Evidence.item<double>(), bound, 0.5);
    }

    [Fact]
    public void Tensors_without_rows_are_given_beside_the_data()
    {
        using var model = new Loadings();
        using var guide = model.CreateGuide();
        manual_seed(2);
        var (x, loadings) = (randn([7, 3], ScalarType.Float64), randn([2, 3], ScalarType.Float64));
        using var data = Dataset.From("measured", ("x", x));
        using var svi = new Svi(model, guide, Objective.Elbo(), p => optim.Adam(p, 0.01), new SviSettings { Reporter = ITrainingReporter.Quiet });
        Assert.Equal(
            "loadings: Loadings.Generate gives it to no plate of rows, so it is one tensor for all rows, and the columns of 'measured' have a row "
            + "for each: give it beside the data, shared: [loadings].",
            Assert.Throws<PplArgumentException>(() => svi.Fit(data, 1, 3)).Message);
        svi.Fit(data, epochs: 2, batchSize: 3, heldOut: data, shared: [loadings]);
        var options = new EvaluationOptions { Shared = [loadings], Seed = 0 };
        var value = Inference.Evaluate.Bound(model, guide, data, svi.Objective, options);
        Assert.Equal(BoundUnit.PerDatum, value.Unit);
        Assert.Equal(value.Bound, svi.Evaluate(data, shared: [loadings]).Bound);
        Assert.Equal(7, Inference.Evaluate.NegativeLogLikelihood(model, guide, data, 10, options).PerDatum.Count);
        svi.Fit([x, loadings], steps: 2);
    }

    [Fact]
    public void A_data_set_for_a_model_without_rows_is_refused()
    {
        using var example = Case.Exact(nameof(Regression));
        using var data = Dataset.From("numbers", ("y", example.Data[0]));
        using var svi = Engine(example, TextWriter.Null, Objective.Elbo(), 0.01);
        Assert.Equal(
            "Regression.Generate(y, features) has no plate of rows that a data set could give: fit it by steps, svi.Fit([y, features], "
            + "steps: ...), or take Objective.Evaluate with a batch.",
            Assert.Throws<PplArgumentException>(() => svi.Fit(data, 1, 2)).Message);
    }

    private static Svi Engine(Case example, TextWriter lines, Objective objective, double rate) => new(
        example.Model, example.Guide, objective, p => optim.Adam(p, rate), new SviSettings { Reporter = new TextReporter(lines), Seed = 1 });

    private static void Freeze(Case example)
    {
        foreach (var parameter in example.Model.parameters()) parameter.requires_grad_(false);
    }

    private sealed class StopAt(CancellationTokenSource cancel, long step) : ITrainingCallback
    {
        public void OnStepEnd(Svi svi, StepReport report)
        {
            if (report.Step == step) cancel.Cancel();
        }
    }
}

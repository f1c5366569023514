using Ppl.Data;
using Ppl.Inference.Tests.EndToEnd;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Training;

/// <summary>What a step or a fit cannot take is refused by the name of what the user gave.</summary>
public sealed class StepInputTests
{
    private static readonly SviSettings Quiet = new() { Reporter = ITrainingReporter.Quiet };

    public static TheoryData<Objective> Objectives =>
    [
        Objective.Elbo(),
        Objective.Iwae(3),
        Objective.Iwae(3, GradientForm.DoublyReparameterized),
    ];

    [Theory]
    [MemberData(nameof(Objectives))]
    public void Numbers_of_a_steps_data_that_are_not_finite_are_named_as_the_cause(Objective objective)
    {
        foreach (var (value, text) in new[] { (double.NaN, "NaN"), (double.PositiveInfinity, "Infinity") })
        {
            using var run = new Run(objective);
            using var bad = run.Values.clone();
            bad[37, 2] = value;
            var fault = Assert.Throws<NonFiniteException>(() => run.Svi.Step(bad));
            Assert.Equal("x", fault.Site);
            Assert.Equal(
                $"x: step 1: the {objective.Name} is not finite, no update was made. The cause is in the step's data: a finite value is needed; "
                + $"found {text} at [37, 2].",
                fault.Message.Replace("∞", "Infinity", StringComparison.Ordinal));
            Assert.True(double.IsFinite(run.Svi.Step(run.Values).Bound));
        }
    }

    [Fact]
    public void Data_that_turn_bad_within_a_fit_are_named()
    {
        using var run = new Run();
        var fault = Assert.Throws<NonFiniteException>(() => run.Fit(2, new FitOptions { Callbacks = [new Spoil()] }));
        Assert.Equal(
            "x: step 3: the ELBO is not finite, no update was made. The cause is in the step's data: a finite value is needed; found NaN at [1, 2].",
            fault.Message);
        Assert.Equal(2, run.Svi.Steps);
    }

    /// <summary>The cause is not in any site where the same pass, made again, is finite.</summary>
    [Fact]
    public void A_bound_that_is_finite_when_computed_again()
    {
        using var model = new Fickle();
        using var guide = model.CreateGuide();
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: Quiet);
        using var x = Ppca.Data(20);
        svi.Step(x);
        model.BreakNext = true;
        Assert.Equal(
            "step 2: the ELBO is not finite, no update was made. Computed again with the same noise it is finite, so that Fickle or its guide is "
            + "not a function of data, draws and parameters.",
            Assert.Throws<NonFiniteException>(() => svi.Step(x)).Message);
    }

    /// <summary>As a data set does: data are constants, and what they were made from is not trained.</summary>
    [Fact]
    public void Data_that_carry_a_graph_are_taken_without_it()
    {
        using var scope = NewDisposeScope();
        using var run = new Run();
        var w = ones(5, ScalarType.Float64, requires_grad: true);
        var x = run.Values * w;
        for (var i = 0; i < 3; i++) Assert.True(double.IsFinite(run.Svi.Step(x).Bound));
        Assert.Null(w.grad);
        run.Svi.Step(run.Guide.Batch(x));
        Assert.Null(w.grad);
        Assert.Equal(
            "x carries a graph (requires_grad): a step takes its values alone, and nothing is trained that they were computed from",
            Assert.Single(run.Recorder.Messages));

        // A data set of one's own may give such rows too.
        run.Svi.Fit(new Attached(x), 1, 16);
        Assert.Null(w.grad);
        var count = Tensor.TotalCount;
        run.Svi.Step(x);
        run.Svi.Step(x);
        Assert.Equal(count, Tensor.TotalCount);
    }

    [Fact]
    public void Faults_of_held_out_data_say_so()
    {
        using var scope = NewDisposeScope();
        using var model = new SmallVae();
        using var guide = model.CreateGuide();
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: Quiet);
        using var data = Dataset.From("pixels", ("x", zeros(20, 64)));
        var grey = zeros(20, 64);
        grey[3, 4] = 0.5;
        using var bad = Dataset.From("grey", ("x", grey));
        Assert.StartsWith(
            "x: held-out data 'grey', column 'x': Bernoulli needs 0 or 1; found 0.5 at [3, 4]",
            Assert.Throws<PplSupportException>(() => svi.Fit(data, 1, 10, heldOut: bad)).Message,
            StringComparison.Ordinal);
        using var pairs = Dataset.From("pairs", ("x", zeros(20, 64)), ("y", zeros(20, 64)));
        Assert.StartsWith(
            "held-out data 'pairs': ",
            Assert.Throws<PplArgumentException>(() => svi.Fit(data, 1, 10, heldOut: pairs)).Message,
            StringComparison.Ordinal);

        // It turns bad after it was checked.
        var good = zeros(20, 64);
        using var turning = Dataset.From("turning", ("x", good));
        var fault = Assert.Throws<NonFiniteException>(
            () => svi.Fit(data, 1, 10, heldOut: turning, options: new FitOptions { Callbacks = [new Write(good)] }));
        Assert.StartsWith("x: held-out data 'turning', column 'x': a finite value is needed", fault.Message, StringComparison.Ordinal);
        svi.Fit(data, 1, 10);
        using var narrow = Dataset.From("narrow", ("x", zeros(20, 49)));
        Assert.StartsWith(
            "x: held-out data 'narrow': ",
            Assert.Throws<PplShapeException>(() => svi.Fit(data, 1, 10, heldOut: narrow)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void More_particles_than_memory_holds()
    {
        using var run = new Run(Objective.Iwae(2_000_000_000));
        using var many = Ppca.Data(20_000);
        var fault = Assert.Throws<PplArgumentException>(() => run.Svi.Step(many));
        Assert.StartsWith(
            "2000000000 particles of 20000 rows are 40000000000000 rows at once, more than there is memory for: take fewer particles, or fewer "
            + "rows a batch.",
            fault.Message,
            StringComparison.Ordinal);
        Assert.NotNull(fault.InnerException);
        run.Svi.Objective = Objective.Iwae(2);
        Assert.True(double.IsFinite(run.Svi.Step(run.Values).Bound));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    public void Samples_below_one(int samples)
    {
        using var scope = NewDisposeScope();
        using var model = new SmallVae();
        using var guide = model.CreateGuide();
        var x = zeros(4, 64);
        guide.Prepare(guide.Batch(x));
        var message = $"the number of particles, or of samples for each row, is {samples}; it must be at least 1.";
        Assert.Equal(message, Assert.Throws<PplArgumentException>(() => guide.Posterior(x, samples)).Message);
        Assert.Equal(message, Assert.Throws<PplArgumentException>(() => guide.Draw(guide.Batch(x), samples)).Message);
    }

    [Fact]
    public void Tensors_that_are_sparse_or_disposed_of()
    {
        using var scope = NewDisposeScope();
        var sparse = eye(5, dtype: ScalarType.Float64).to_sparse();
        const string Dense = "is sparse; make it dense, by to_dense()";
        var fault = Assert.Throws<ArgumentException>(() => Dataset.From(sparse));
        Assert.Contains($"column \"x\" {Dense}", fault.Message, StringComparison.Ordinal);
        using var run = new Run();
        Assert.Equal($"x: the tensor {Dense}.", Assert.Throws<PplArgumentException>(() => run.Svi.Step(sparse)).Message);

        var gone = zeros(5, 5);
        gone.Dispose();
        Assert.Equal("x: the tensor has been disposed of.", Assert.Throws<PplArgumentException>(() => run.Svi.Step(gone)).Message);
        fault = Assert.Throws<ArgumentException>(() => Dataset.From(gone));
        Assert.Contains("column \"x\" has been disposed of", fault.Message, StringComparison.Ordinal);
        var data = Dataset.From(run.Values);
        data.Dispose();
        var used = Assert.Throws<ObjectDisposedException>(() => run.Svi.Fit(data, 1, 16));
        Assert.Contains("data 'tensors' have been disposed of", used.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void Networks_that_have_been_disposed_of(bool isModel, bool isTrained)
    {
        using var run = new Run();
        if (isTrained) run.Fit(1);
        using var batch = run.Values.clone();
        if (isModel) run.Model.Dispose();
        else run.Guide.Dispose();
        var message = isModel ? "model LinearGaussian has been disposed of." : "guide of LinearGaussian has been disposed of.";
        Assert.StartsWith($"the {message}", Assert.Throws<ObjectDisposedException>(() => run.Svi.Step(batch)).Message, StringComparison.Ordinal);
        Assert.StartsWith($"the {message}", Assert.Throws<ObjectDisposedException>(() => run.Fit(1)).Message, StringComparison.Ordinal);
        Action[] measures = [() => run.Svi.Evaluate(run.Data), () => Evaluate.Reconstructions(run.Model, run.Guide, [batch])];
        foreach (var measure in measures)
            Assert.StartsWith($"the {message}", Assert.Throws<ObjectDisposedException>(measure).Message, StringComparison.Ordinal);
    }

    private sealed class Spoil : ITrainingCallback
    {
        public void OnStepBegin(Svi svi, Contracts.Batch batch)
        {
            if (svi.Steps == 2) batch[0][1, 2] = double.NaN;
        }
    }

    private sealed class Write(Tensor values) : ITrainingCallback
    {
        public void OnStepEnd(Svi svi, StepReport step) => values[3, 4] = float.NaN;
    }

    private sealed class Attached(Tensor values) : Dataset
    {
        public override string Name => "attached";

        public override int Count => (int)values.shape[0];

        public override IReadOnlyList<DataColumn> Columns => [new("x", values.shape[1..], values.dtype)];

        public override Tensor[] Rows(ReadOnlySpan<int> rows, DrawKey key) =>
            [values.index_select(0, tensor(rows.ToArray(), dtype: ScalarType.Int64))];
    }
}

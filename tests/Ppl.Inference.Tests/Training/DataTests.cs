using Ppl.Data;
using Ppl.Inference.Tests.EndToEnd;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Inference.Tests.Training;

/// <summary>Data as users have them: other number types, other orders of columns, rows of any size.</summary>
public sealed class DataTests
{
    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void Real_numbers_are_taken_in_the_models_type_and_the_user_is_told_once(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var binary = Binary(40, 64);
        var recorder = new Recorder();
        var expected = Train(binary, new Recorder());
        Assert.Equal(expected, Train(binary.to(type), recorder));
        Assert.Equal([$"data 'pixels': column 'x' has {type} numbers, taken as Float32 like the parameters of SmallVae"], recorder.Messages);

        static float[] Train(Tensor values, Recorder recorder)
        {
            using var seed = manual_seed(2);
            using var model = new SmallVae();
            using var guide = model.CreateGuide();
            using var data = Dataset.From("pixels", ("x", values));
            using var svi = new Svi(model, guide, Objective.Elbo(), settings: new SviSettings { Reporter = recorder });
            svi.Fit(data, 1, 16, heldOut: data);
            svi.Fit(data, 1, 16);
            Assert.All(guide.parameters(), p => Assert.Equal(ScalarType.Float32, p.dtype));
            var bound = (float)Evaluate.Bound(model, guide, data).Bound;
            return [bound, .. model.parameters().Concat(guide.parameters()).SelectMany(p => p.detach().data<float>().ToArray())];
        }
    }

    [Fact]
    public void Float32_data_of_a_float64_model_are_widened()
    {
        using var scope = NewDisposeScope();
        using var model = new SmallVae(ScalarType.Float64);
        using var guide = model.CreateGuide();
        using var data = Dataset.From(Binary(20, 64));
        using var svi = Quiet(model, guide);
        svi.Fit(data, 1, 10);
        Assert.True(double.IsFinite(Evaluate.NegativeLogLikelihood(model, guide, data, samples: 3).Mean));
    }

    /// <summary>Truth values and integers keep their type: they may be labels or indices.</summary>
    [Theory]
    [InlineData(ScalarType.Bool)]
    [InlineData(ScalarType.Byte)]
    [InlineData(ScalarType.Int64)]
    public void Binary_data_may_be_integers(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var model = new SmallVae();
        using var guide = model.CreateGuide();
        using var data = Dataset.From(Binary(20, 64).to(type));
        using var svi = Quiet(model, guide);
        var integers = svi.Fit(data, 1, 10).Last!.Training.Bound;
        Assert.True(double.IsFinite(integers));
        Assert.True(double.IsFinite(Evaluate.Bound(model, guide, data).Bound));
    }

    [Fact]
    public void Complex_numbers_are_refused_with_their_column()
    {
        using var scope = NewDisposeScope();
        using var model = new SmallVae();
        using var guide = model.CreateGuide();
        using var data = Dataset.From("waves", ("signal", zeros([20, 64], ScalarType.ComplexFloat32)));
        using var svi = Quiet(model, guide);
        const string Message = "ComplexFloat32: no family has complex values; "
            + "give the real and the imaginary part, or magnitude and angle, as coordinates.";
        var fault = Assert.Throws<PplArgumentException>(() => svi.Fit(data, 1, 10));
        Assert.Equal($"x: data 'waves', column 'signal' is {Message}", fault.Message);
        Assert.Equal(fault.Message, Assert.Throws<PplArgumentException>(() => Evaluate.Bound(model, guide, data)).Message);
        Assert.Equal(
            $"x: the tensor is {Message}", Assert.Throws<PplArgumentException>(() => svi.Step(zeros([20, 64], ScalarType.ComplexFloat32))).Message);
        Assert.False(guide.IsPrepared);
    }

    [Fact]
    public void Tensors_of_another_type_given_by_hand_are_refused_with_what_to_write()
    {
        using var scope = NewDisposeScope();
        using var model = new SmallVae();
        using var guide = model.CreateGuide();
        using var svi = Quiet(model, guide);
        var x = Binary(20, 64);
        svi.Step(x);
        const string Message = "x: the tensor is Float64, the parameters of SmallVae are Float32: give x.to(ScalarType.Float32).";
        Action[] uses =
        [
            () => svi.Step(x.to(ScalarType.Float64)),
            () => guide.Posterior(x.to(ScalarType.Float64)),
            () => guide.Reconstruct(x.to(ScalarType.Float64)),
            () => Evaluate.Reconstructions(model, guide, [x.to(ScalarType.Float64)]),
        ];
        foreach (var use in uses) Assert.Equal(Message, Assert.Throws<PplArgumentException>(use).Message);

        // A model that has been converted takes the other type.
        model.to(ScalarType.Float64);
        Assert.Equal(ScalarType.Float64, guide.Batch(x.to(ScalarType.Float64))[0].dtype);
        Assert.Throws<PplArgumentException>(() => guide.Batch(x));
    }

    [Fact]
    public void Columns_with_the_parameters_names_may_come_in_any_order()
    {
        using var scope = NewDisposeScope();
        using var seed = manual_seed(1);
        using var model = new SmallConditional();
        using var guide = model.CreateGuide();
        var (x, label) = (Binary(20, 64), functional.one_hot(randint(10, [20]), 10).to(ScalarType.Float32));
        using var straight = Dataset.From("pairs", ("x", x), ("label", label));
        using var swapped = Dataset.From("pairs", ("label", label), ("x", x));
        using var svi = Quiet(model, guide);
        svi.Fit(swapped, 1, 10, heldOut: swapped);
        Assert.Equal([20, 64], swapped.All()[1].shape);
        Assert.Equal(Evaluate.Bound(model, guide, straight), Evaluate.Bound(model, guide, swapped), (a, b) => a.Bound.Equals(b.Bound));
        Assert.Equal(
            Evaluate.NegativeLogLikelihood(model, guide, straight, 3).PerDatum, Evaluate.NegativeLogLikelihood(model, guide, swapped, 3).PerDatum);
    }

    /// <summary>Columns of the same shape: by position the fit would run, on the wrong one.</summary>
    [Fact]
    public void Columns_whose_names_disagree_with_their_places_are_refused()
    {
        using var scope = NewDisposeScope();
        using var model = new SmallConditional();
        using var guide = model.CreateGuide();
        using var svi = Quiet(model, guide);
        using var data = Dataset.From("pairs", ("picture", zeros(20, 10)), ("x", zeros(20, 64)));
        var fault = Assert.Throws<PplArgumentException>(() => svi.Fit(data, 1, 10));
        Assert.Equal(
            "'pairs' has the columns picture, x for SmallConditional.Generate(x, label): column 'x' stands where 'label' is expected. Name every "
            + "column after its parameter, and the order does not matter; or none, and column k is parameter k.",
            fault.Message);
        Assert.Equal(fault.Message, Assert.Throws<PplArgumentException>(() => Evaluate.Bound(model, guide, data)).Message);
    }

    [Fact]
    public void Columns_with_names_of_their_own_are_taken_in_order()
    {
        using var scope = NewDisposeScope();
        using var model = new SmallConditional();
        using var guide = model.CreateGuide();
        using var svi = Quiet(model, guide);
        using var data = Dataset.From("pairs", ("x", Binary(20, 64)), ("digit", zeros(20, 10)));
        svi.Fit(data, 1, 10);
        Assert.Equal(2, svi.Steps);
    }

    [Fact]
    public void Measuring_names_the_row_of_a_value_that_is_not_finite_or_outside_the_support()
    {
        using var scope = NewDisposeScope();
        using var model = new SmallVae();
        using var guide = model.CreateGuide();
        guide.Prepare(guide.Batch(Binary(4, 64)));
        var values = Binary(700, 64);
        values[613, 5] = float.NaN;
        values[640, 5] = 0.5f;
        using var data = Dataset.From("pixels", ("x", values));
        const string Message = "x: data 'pixels', column 'x': a finite value is needed; found NaN at [613, 5]";
        Action[] measures =
        [
            () => Evaluate.Bound(model, guide, data),
            () => Evaluate.NegativeLogLikelihood(model, guide, data, samples: 2),
            () => Evaluate.ParetoShape(model, guide, data, samples: 100),
            () => Evaluate.ActiveUnits(model, guide, data, samples: 2),
        ];
        foreach (var measure in measures) Assert.Equal(Message, Assert.Throws<NonFiniteException>(measure).Message);

        values[613, 5] = 1;
        Assert.Equal(
            "x: data 'pixels', column 'x': Bernoulli needs 0 or 1; found 0.5 at [640, 5]; "
            + "binarize the data, or choose a family for real values, such as Normal",
            Assert.Throws<PplSupportException>(() => Evaluate.Bound(model, guide, data)).Message);
    }

    /// <summary>Rows of 4 MiB: 4,096 of them at a time would be 16 GiB.</summary>
    [Fact]
    public void The_check_of_the_data_takes_rows_by_their_size()
    {
        using var any = new AnyDecoder(Sequential(Linear(3, 1), Repeat(1 << 20)));
        using var its = any.CreateGuide();
        var wide = new Counting(rows: 64, width: 1 << 20);
        DataCheck.Run(its, ModelData.Of(its, wide, []), 0, 0);
        Assert.InRange(wide.MostRows, 8, 16);

        using var model = new SmallVae();
        using var guide = model.CreateGuide();
        var narrow = new Counting(rows: 100_000, width: 64);
        DataCheck.Run(guide, ModelData.Of(guide, narrow, []), 0, 0);
        Assert.Equal(100_000, narrow.MostRows);
    }

    private static Module<Tensor, Tensor> Repeat(long width) => new Expanding(width);

    private static Tensor Binary(long rows, long width)
    {
        using var generator = new Generator(11, CPU);
        return rand([rows, width], generator: generator).round();
    }

    private static Svi Quiet(GenerativeModel model, Guide guide) =>
        new(model, guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });

    private sealed class Expanding(long width) : Module<Tensor, Tensor>(nameof(Expanding))
    {
        public override Tensor forward(Tensor input) => input.expand(-1, width);
    }

    /// <summary>Zeros, and how many rows of them were asked for at once.</summary>
    private sealed class Counting(int rows, long width) : Dataset
    {
        public int MostRows { get; private set; }

        public override string Name => "zeros";

        public override int Count => rows;

        public override IReadOnlyList<DataColumn> Columns => [new("x", [width], ScalarType.Float32)];

        public override Tensor[] Rows(ReadOnlySpan<int> chosen, DrawKey key)
        {
            MostRows = Math.Max(MostRows, chosen.Length);
            return [zeros(chosen.Length, width)];
        }
    }
}

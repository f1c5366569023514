using Ppl.Inference.Tests.EndToEnd;
using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Ppl.Inference.Tests.Training;

/// <summary>Parameters that other ones take the place of after the optimizer was made.</summary>
public sealed class MovedParameterTests : IDisposable
{
    private readonly Replaceable model;
    private readonly Replaceable.Guide guide;
    private readonly Tensor values = Ppca.Data(50);
    private readonly Recorder recorder = new();

    public MovedParameterTests()
    {
        using var seed = manual_seed(42);
        model = new Replaceable();
        guide = model.CreateGuide(z: nn.Linear(5, 8, dtype: ScalarType.Float64));
    }

    public void Dispose()
    {
        guide.Dispose();
        model.Dispose();
        values.Dispose();
    }

    public static TheoryData<string> Optimizers => ["Adam", "AMSGrad", "AdamW", "SGD", "RMSProp", "Adagrad", "Adamax", "NAdam"];

    /// <summary>
    /// Two engines over one model: after the move both take the same step where the second got the first one's state by a file, which
    /// needs no move.
    /// </summary>
    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Another_number_type_keeps_the_optimizers_state(string name)
    {
        using var folder = new TemporaryFolder();
        using var svi = Engine(p => Make(name, p));
        for (var i = 0; i < 5; i++) svi.Step(values);
        svi.Save(folder.File("run.ckpt"));
        for (var i = 0; i < 3; i++) svi.Step(values);
        var expected = Weights();

        // There and back: the weights at the save are representable in both.
        svi.Restore(folder.File("run.ckpt"));
        var rounded = Rounded();
        MoveBoth(ScalarType.Float32);
        MoveBoth(ScalarType.Float64);
        Assert.Equal(rounded, Weights());
        for (var i = 0; i < 3; i++) svi.Step(values);
        Assert.All(expected.Zip(Weights()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.Equal(8, svi.Steps);
        Assert.Contains(recorder.Messages, m => m.Contains("state kept for 8 of 8 parameters", StringComparison.Ordinal));
    }

    [Fact]
    public void A_step_in_float32_follows_Adams_formula_with_the_moments_of_before()
    {
        using var svi = Engine(p => optim.Adam(p, lr: 0.01));
        var adam = new AdamByHand(Weights(), 0.01);
        for (var i = 0; i < 4; i++)
        {
            svi.Step(values);
            adam.Step(Gradients());
        }

        Assert.All(adam.Weights.Zip(Weights()), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        MoveBoth(ScalarType.Float32);
        using var single = values.to(ScalarType.Float32);
        for (var i = 0; i < 4; i++)
        {
            svi.Step(single);
            adam.Step(Gradients());
        }

        Assert.All(model.parameters().Concat(guide.parameters()), p => Assert.Equal(ScalarType.Float32, p.dtype));
        Assert.All(adam.Weights.Zip(Weights()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void A_checkpoint_can_be_saved_right_after_a_move()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.ckpt");
        using var svi = Engine(p => optim.Adam(p));
        svi.Step(values);
        MoveBoth(ScalarType.Float32);
        svi.Save(path);
        svi.Restore(path);
        using var single = values.to(ScalarType.Float32);
        svi.Step(single);
        Assert.Equal(2, svi.Steps);
    }

    /// <summary>The columns that the encoders were sized from had another type then.</summary>
    [Fact]
    public void A_checkpoint_of_a_moved_model_sizes_a_fresh_guide()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.ckpt");
        using var moved = new LinearGaussian(2, 5);
        using var own = moved.CreateGuide();
        using var svi = new Svi(moved, own, Objective.Elbo(), settings: new SviSettings { Reporter = recorder });
        svi.Step(values);
        moved.to(ScalarType.Float32);
        own.to(ScalarType.Float32);
        svi.Save(path);

        using var fresh = new LinearGaussian(2, 5);
        fresh.to(ScalarType.Float32);
        using var unsized = fresh.CreateGuide();
        using var resumed = new Svi(fresh, unsized, Objective.Elbo(), settings: new SviSettings { Reporter = recorder });
        resumed.Restore(path);
        using var single = values.to(ScalarType.Float32);
        Assert.Equal(svi.Step(single).Bound, resumed.Step(single).Bound);
        Assert.Equal(Weights(moved), Weights(fresh));
    }

    [Fact]
    public void A_model_moved_without_its_guide_is_refused_and_says_what_to_call()
    {
        using var svi = Engine(p => optim.Adam(p));
        svi.Step(values);
        model.to(ScalarType.Float32);
        var before = Weights();
        using var single = values.to(ScalarType.Float32);
        var fault = Assert.Throws<PplArgumentException>(() => svi.Step(single));
        Assert.Contains("guide.to(", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Float32", fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, Weights());
        guide.to(ScalarType.Float32);
        svi.Step(single);
        Assert.Equal(2, svi.Steps);
    }

    /// <summary>The data follow: batches and the held-out set are in the numbers of the networks.</summary>
    [Theory]
    [InlineData(0, false)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    [InlineData(4, true)]
    public void A_callback_may_move_the_networks_between_steps(int after, bool saves)
    {
        using var folder = new TemporaryFolder();
        using var svi = Engine(p => optim.Adam(p));
        using var data = Ppl.Data.Dataset.From(values);
        var options = new FitOptions
        {
            HeldOutEverySteps = 3,
            Checkpoint = saves ? folder.File("run.ckpt") : null,
            Callbacks = [new Mover(() => MoveBoth(ScalarType.Float32), after)],
        };
        var result = svi.Fit(data, 2, 16, data, options);
        Assert.Equal(8, svi.Steps);
        Assert.All(model.parameters().Concat(guide.parameters()), p => Assert.Equal(ScalarType.Float32, p.dtype));
        Assert.All(result.Epochs, epoch => Assert.True(double.IsFinite(epoch.Training.Bound)));
        Assert.Contains(recorder.Messages, m => m.Contains("taken as Float32", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_callback_that_moves_the_networks_within_a_step_is_refused_by_name(bool onGradient)
    {
        using var svi = Engine(p => optim.Adam(p));
        using var data = Ppl.Data.Dataset.From(values);
        svi.Fit(data, 1, 16);
        var before = Rounded();
        var mover = new Mover(() => MoveBoth(ScalarType.Float32)) { OnGradient = onGradient };
        var fault = Assert.Throws<PplArgumentException>(() => svi.Fit(data, 1, 16, options: new FitOptions { Callbacks = [mover] }));
        Assert.Equal(
            $"step 5: {(onGradient ? "OnGradient" : "OnStepBegin")} of a callback (Mover) replaced parameters of the model or the guide, "
            + "as to(...) does: do so in OnStepEnd or OnEpochEnd, or between fits.",
            fault.Message);
        Assert.Equal(before, Weights());
        svi.Fit(data, 1, 16);
        Assert.Equal(8, svi.Steps);
    }

    /// <summary>A refused step gives batch norm its statistics back, also where others took the place of the buffers.</summary>
    [Fact]
    public void Statistics_that_moved_with_the_networks_within_a_step_are_those_of_before()
    {
        using var normalized = new Normalized();
        using var own = normalized.CreateGuide();
        using var svi = new Svi(normalized, own, Objective.Elbo(), settings: new SviSettings { Reporter = recorder });
        using var data = Ppl.Data.Dataset.From(values);
        svi.Fit(data, 1, 25);
        var before = Buffers(normalized);
        void Move()
        {
            normalized.to(ScalarType.Float32);
            own.to(ScalarType.Float32);
        }

        var mover = new Mover(Move) { OnGradient = true };
        Assert.Throws<PplArgumentException>(() => svi.Fit(data, 1, 25, options: new FitOptions { Callbacks = [mover] }));
        Assert.Equal([.. before.Select(value => (double)(float)value)], Buffers(normalized));

        static double[] Buffers(nn.Module module) => [.. module.buffers().SelectMany(Numbers)];
    }

    [Fact]
    public void A_replaced_module_is_trained_from_a_fresh_state_and_the_others_keep_theirs()
    {
        using var svi = Engine(p => optim.Adam(p, lr: 0.01));
        var hidden = new AdamByHand(Weights(model.Hidden), 0.01);
        for (var i = 0; i < 4; i++)
        {
            svi.Step(values);
            hidden.Step(Gradients(model.Hidden));
        }

        model.Replace();
        var output = new AdamByHand(Weights(model.Output), 0.01);
        for (var i = 0; i < 3; i++)
        {
            svi.Step(values);
            hidden.Step(Gradients(model.Hidden));
            output.Step(Gradients(model.Output));
        }

        Assert.All(hidden.Weights.Zip(Weights(model.Hidden)), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.All(output.Weights.Zip(Weights(model.Output)), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.Contains(
            recorder.Messages,
            m => m.Contains("'output.weight' of the model", StringComparison.Ordinal) && m.Contains("6 of 8", StringComparison.Ordinal));
    }

    [Fact]
    public void A_parameter_thawed_after_the_optimizer_was_made_is_trained()
    {
        foreach (var p in model.Hidden.parameters()) p.requires_grad = false;
        using var svi = Engine(p => optim.Adam(p, lr: 0.01));
        var before = Weights(model.Hidden);
        svi.Step(values);
        Assert.Equal(before, Weights(model.Hidden));
        foreach (var p in model.Hidden.parameters()) p.requires_grad = true;
        svi.Step(values);
        Assert.All(before.Zip(Weights(model.Hidden)), pair => Assert.Equal(0.01, Math.Abs(pair.First - pair.Second), 1e-6));
    }

    [Fact]
    public void Moves_leave_no_tensors_behind()
    {
        using var svi = Engine(p => optim.Adam(p));
        svi.Step(values);
        long left = 0;
        for (var i = 0; i < 3; i++)
        {
            MoveBoth(ScalarType.Float32);
            MoveBoth(ScalarType.Float64);

            // TorchSharp's own conversion of a module leaves tensors to the finalizer; the step that follows it leaves none.
            var before = LiveTensors.Count;
            svi.Step(values);
            left += LiveTensors.Count - before;
        }

        Assert.Equal(0, left);
    }

    private Svi Engine(Func<IEnumerable<Parameter>, optim.Optimizer> optimizer)
    {
        using (manual_seed(43)) guide.Prepare(guide.Batch(values));
        return new Svi(model, guide, Objective.Elbo(), optimizer, new SviSettings { Reporter = recorder });
    }

    private static optim.Optimizer Make(string name, IEnumerable<Parameter> parameters) => name switch
    {
        "Adam" => optim.Adam(parameters),
        "AMSGrad" => optim.Adam(parameters, amsgrad: true),
        "AdamW" => optim.AdamW(parameters),
        "SGD" => optim.SGD(parameters, 1e-3, momentum: 0.9),
        "RMSProp" => optim.RMSProp(parameters, momentum: 0.5, centered: true),
        "Adagrad" => optim.Adagrad(parameters),
        "Adamax" => optim.Adamax(parameters),
        _ => optim.NAdam(parameters),
    };

    private void MoveBoth(ScalarType type)
    {
        model.to(type);
        guide.to(type);
    }

    private double[] Weights() => [.. model.parameters().Concat(guide.parameters()).SelectMany(Numbers)];

    private double[] Rounded() => [.. Weights().Select(w => (double)(float)w)];

    private double[] Gradients() => [.. model.parameters().Concat(guide.parameters()).SelectMany(p => Numbers(p.grad!))];

    private static double[] Weights(nn.Module module) => [.. module.parameters().SelectMany(Numbers)];

    private static double[] Gradients(nn.Module module) => [.. module.parameters().SelectMany(p => Numbers(p.grad!))];

    private static double[] Numbers(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().to(ScalarType.Float64).data<double>().ToArray();
    }

    /// <summary>Moves the networks once: after some steps, or else within the next one.</summary>
    private sealed class Mover(Action move, int? after = null) : ITrainingCallback
    {
        private bool moved;

        public bool OnGradient { get; init; }

        void ITrainingCallback.OnFitBegin(Svi svi, FitReport fit) => Move(svi.Steps == after);

        void ITrainingCallback.OnStepBegin(Svi svi, Contracts.Batch batch) => Move(after is null && !OnGradient);

        void ITrainingCallback.OnGradient(Svi svi, ObjectiveResult result) => Move(after is null && OnGradient);

        void ITrainingCallback.OnStepEnd(Svi svi, StepReport step) => Move(svi.Steps == after);

        private void Move(bool now)
        {
            if (!now || moved) return;
            moved = true;
            move();
        }
    }

    /// <summary>Kingma and Ba 2015, algorithm 1.</summary>
    private sealed class AdamByHand(double[] weights, double rate)
    {
        private readonly double[] first = new double[weights.Length];
        private readonly double[] second = new double[weights.Length];
        private int step;

        public double[] Weights { get; } = [.. weights];

        public void Step(double[] gradient)
        {
            step++;
            for (var i = 0; i < gradient.Length; i++)
            {
                first[i] = (0.9 * first[i]) + (0.1 * gradient[i]);
                second[i] = (0.999 * second[i]) + (0.001 * gradient[i] * gradient[i]);
                var (mean, square) = (first[i] / (1 - Math.Pow(0.9, step)), second[i] / (1 - Math.Pow(0.999, step)));
                Weights[i] -= rate * mean / (Math.Sqrt(square) + 1e-8);
            }
        }
    }
}

using Ppl.Data;
using Ppl.Inference.Tests.EndToEnd;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using BatchNorm1d = TorchSharp.Modules.BatchNorm1d;
using Dropout = TorchSharp.Modules.Dropout;

namespace Ppl.Inference.Tests.Training;

/// <summary>Who is in training mode, and who in evaluation mode, when a network is trained and measured.</summary>
public sealed class FrozenModulesTests
{
    [Fact]
    public void A_fit_does_not_wake_what_the_user_froze()
    {
        using var net = new Net();
        net.Norm.eval();
        net.Seen.eval();
        var statistics = net.Norm.running_mean!.data<float>().ToArray();
        net.Fit(epochs: 2);
        Assert.Equal((false, false, true, true, true), net.Modes);
        Assert.Equal(statistics, net.Norm.running_mean!.data<float>().ToArray());
        Assert.DoesNotContain(net.Recorder.Messages, m => m.Contains("mode", StringComparison.Ordinal));
    }

    [Fact]
    public void Measuring_gives_every_module_its_own_mode_back()
    {
        using var scope = NewDisposeScope();
        using var net = new Net();
        net.Fit(epochs: 1);
        net.Norm.eval();
        net.Seen.eval();
        var x = net.Values.narrow(0, 0, 2);
        Action[] measures =
        [
            () => net.Svi.Evaluate(net.Data),
            () => Evaluate.NegativeLogLikelihood(net.Model, net.Guide, net.Data, samples: 3),
            () => Evaluate.ParetoShape(net.Model, net.Guide, net.Data, samples: 100),
            () => Evaluate.ActiveUnits(net.Model, net.Guide, net.Data, samples: 2),
            () => Evaluate.PriorSamples(net.Model, 2),
            () => Evaluate.Reconstructions(net.Model, net.Guide, [x]),
            () => Evaluate.Interpolate(net.Model, net.Guide, [x], [x], steps: 2),
            () => Evaluate.Traverse(net.Model, net.Guide, [x.narrow(0, 0, 1)], "z", 0, [0, 1]),
        ];
        foreach (var measure in measures)
        {
            measure();
            Assert.Equal((false, false, true, true, true), net.Modes);
        }
    }

    /// <summary>Somebody looked at results and forgot to go back: training without dropout would be a silent surprise.</summary>
    [Fact]
    public void A_network_that_was_put_aside_as_a_whole_wakes_to_be_trained_and_the_user_is_told()
    {
        using var net = new Net();
        net.Model.eval();
        net.Guide.eval();
        net.Fit(epochs: 2);
        Assert.Equal((true, true, true, true, true), net.Modes);
        Assert.NotEqual(new float[8], net.Norm.running_mean!.data<float>().ToArray());
        Assert.Equal(
            [
                "AnyDecoder was in evaluation mode, and is in training mode from now on",
                "the guide was in evaluation mode, and is in training mode from now on",
            ],
            net.Recorder.Messages);
    }

    [Fact]
    public void Parts_without_a_parameter_to_train_sleep_on()
    {
        using var net = new Net();
        foreach (var parameter in net.Norm.parameters()) parameter.requires_grad = false;
        net.Model.eval();
        net.Fit(epochs: 1);
        Assert.Equal((false, true, true), (net.Norm.training, net.Mask.training, net.Model.training));
        Assert.Equal(new float[8], net.Norm.running_mean!.data<float>().ToArray());
    }

    [Fact]
    public void A_callback_that_puts_a_network_aside_changes_no_training()
    {
        using var plain = new Net();
        using var looking = new Net();
        plain.Fit(epochs: 3);
        looking.Fit(epochs: 3, new Look());
        Assert.Equal(plain.Bits(), looking.Bits());
    }

    /// <summary>An evaluation that finds bad data, or that is cancelled, leaves modes and gradient as they were.</summary>
    [Fact]
    public void A_measure_that_fails_leaves_everything_as_it_was()
    {
        using var scope = NewDisposeScope();
        using var net = new Net();
        net.Fit(epochs: 1);
        net.Norm.eval();
        using var wide = Dataset.From(zeros(4, 65));
        using var grey = Dataset.From(full([4, 64], 0.5f));
        Assert.Throws<PplShapeException>(() => Evaluate.Bound(net.Model, net.Guide, wide));
        Assert.Throws<PplSupportException>(() => Evaluate.Bound(net.Model, net.Guide, grey));
        Assert.Throws<PplArgumentException>(() => Evaluate.PriorSamples(net.Model, 2, site: "y"));
        Assert.True(is_grad_enabled());
        Assert.Equal((false, true, true, true), (net.Norm.training, net.Mask.training, net.Model.training, net.Guide.training));
    }

    private sealed class Look : ITrainingCallback
    {
        public void OnEpochEnd(Svi svi, EpochReport epoch)
        {
            svi.Model.eval();
            svi.Guide.eval();
        }
    }

    /// <summary>A model with batch norm and dropout, a guide with batch norm, and 30 rows.</summary>
    private sealed class Net : IDisposable
    {
        public Net()
        {
            using var seed = manual_seed(4);
            Norm = BatchNorm1d(8);
            Mask = Dropout(0.5);
            Seen = BatchNorm1d(8);
            Model = new AnyDecoder(Sequential(Linear(3, 8), Norm, ReLU(), Mask, Linear(8, 64)));
            Guide = Model.CreateGuide(Sequential(Linear(64, 8), Seen, ReLU()));
            using var scope = NewDisposeScope();
            Values = rand(30, 64).round().DetachFromDisposeScope();
            Data = Dataset.From(Values);
            Recorder = new Recorder();
            Svi = new Svi(Model, Guide, Objective.Elbo(), settings: new SviSettings { Reporter = Recorder });
        }

        public BatchNorm1d Norm { get; }

        public Dropout Mask { get; }

        public BatchNorm1d Seen { get; }

        public AnyDecoder Model { get; }

        public AnyDecoder.Guide Guide { get; }

        public Tensor Values { get; }

        public TensorDataset Data { get; }

        /// <summary>Who trains: the decoder's norm, the encoder's, the mask, the model and the guide as a whole.</summary>
        public (bool Norm, bool Seen, bool Mask, bool Model, bool Guide) Modes =>
            (Norm.training, Seen.training, Mask.training, Model.training, Guide.training);

        public Recorder Recorder { get; }

        public Svi Svi { get; }

        public void Fit(int epochs, params ITrainingCallback[] callbacks)
        {
            using var seed = manual_seed(5);
            Svi.Fit(Data, epochs, batchSize: 10, heldOut: Data, new FitOptions { Callbacks = callbacks });
        }

        public float[] Bits() => [.. Model.parameters().Concat(Guide.parameters()).SelectMany(p => p.detach().data<float>().ToArray())];

        public void Dispose()
        {
            Svi.Dispose();
            Guide.Dispose();
            Model.Dispose();
            Data.Dispose();
            Values.Dispose();
        }
    }
}

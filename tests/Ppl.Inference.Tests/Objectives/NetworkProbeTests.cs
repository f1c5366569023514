using Ppl.Inference.Tests.EndToEnd;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Inference.Tests.Objectives;

/// <summary>Objectives that mean nothing for networks whose layers' types do not show it.</summary>
public sealed class NetworkProbeTests
{
    private static readonly SviSettings Quiet = new() { Reporter = ITrainingReporter.Quiet };

    public static TheoryData<string> Noisy => ["lstm", "gru", "attention", "transformer", "functional"];

    [Theory]
    [MemberData(nameof(Noisy))]
    public void Noise_inside_the_guides_layers_is_refused_along_the_path(string kind)
    {
        using var scope = NewDisposeScope();
        using var seed = manual_seed(1);
        using var model = new SmallVae();
        using var guide = model.CreateGuide(Network(kind, 0.2));
        using var svi = Engine(model, guide, Objective.Elbo());
        var x = rand(20, 64).round();
        svi.Step(x);
        var (first, second) = (Objective.Elbo(gradient: GradientForm.StickingTheLanding), Objective.Iwae(3, GradientForm.DoublyReparameterized));
        foreach (var objective in new[] { first, second })
        {
            var before = Bits(model, guide);
            var fault = Assert.Throws<PplArgumentException>(() =>
            {
                svi.Objective = objective;
                svi.Step(x);
            });
            Assert.Matches("draws noise|another mask", fault.Message);
            Assert.Equal(before, Bits(model, guide));
            Assert.Equal(1, svi.Steps);
        }
    }

    [Theory]
    [MemberData(nameof(Noisy))]
    public void The_same_layers_without_noise_are_not(string kind)
    {
        using var scope = NewDisposeScope();
        using var seed = manual_seed(1);
        using var model = new SmallVae();
        using var guide = model.CreateGuide(Network(kind, 0));
        using var svi = Engine(model, guide, Objective.Elbo(gradient: GradientForm.StickingTheLanding));
        svi.Step(rand(20, 64).round());
        Assert.Equal(1, svi.Steps);
    }

    /// <summary>The encoder in evaluation mode, as one that was trained before is: its dropout sleeps.</summary>
    [Fact]
    public void Noise_that_sleeps_is_none()
    {
        using var scope = NewDisposeScope();
        using var model = new SmallVae();
        var network = Sequential(Linear(64, 8), Dropout(0.5));
        network.eval();
        using var guide = model.CreateGuide(network);
        using var svi = Engine(model, guide, Objective.Elbo(gradient: GradientForm.StickingTheLanding));
        svi.Step(rand(20, 64).round());
        Assert.Equal(1, svi.Steps);
    }

    [Fact]
    public void The_message_of_noise_names_the_latent()
    {
        using var scope = NewDisposeScope();
        using var model = new SmallHierarchy();
        using var guide = model.CreateGuide(h2: new EndToEnd.Networks.FunctionalDropout(0.3));
        using var svi = Engine(model, guide, Objective.Iwae(3, GradientForm.DoublyReparameterized));
        var fault = Assert.Throws<PplArgumentException>(() => svi.Step(rand(20, 64).round()));
        Assert.Equal("h2", fault.Site);
        Assert.StartsWith(
            "h2: IWAE(3), doubly reparameterized: the guide's distribution differs from one computation to the next",
            fault.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Statistics_over_a_batch_without_a_layer_are_refused_with_particles()
    {
        using var scope = NewDisposeScope();
        using var model = new AnyDecoder(Sequential(Linear(3, 8), new EndToEnd.Networks.Centred(), Linear(8, 64)));
        using var guide = model.CreateGuide();
        using var svi = Engine(model, guide, Objective.Elbo());
        var x = rand(20, 64).round();
        svi.Step(x);
        svi.Objective = Objective.Iwae(5);
        var fault = Assert.Throws<PplArgumentException>(() => svi.Step(x));
        Assert.Equal("x", fault.Site);
        Assert.Contains("a network computes over rows together", fault.Message, StringComparison.Ordinal);
        Assert.Equal(1, svi.Steps);
    }

    /// <summary>Each row has its own statistics in training, with and without running ones.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Instance_norm_is_row_by_row(bool running)
    {
        using var scope = NewDisposeScope();
        using var model = new AnyDecoder(Sequential(
            Linear(3, 32), Unflatten(1, [2, 4, 4]), InstanceNorm2d(2, affine: true, track_running_stats: running), Flatten(), Linear(32, 64)));
        using var guide = model.CreateGuide();
        using var svi = Engine(model, guide, Objective.Iwae(5));
        var statistics = model.buffers().Select(b => b.clone()).ToList();
        svi.Step(rand(20, 64).round());
        Assert.Equal(1, svi.Steps);
        Assert.Equal(running, statistics.Count > 0);
    }

    [Fact]
    public void Batch_norm_with_fixed_statistics_is_row_by_row()
    {
        using var scope = NewDisposeScope();
        var norm = BatchNorm1d(8);
        using var model = new AnyDecoder(Sequential(Linear(3, 8), norm, Linear(8, 64)));
        using var guide = model.CreateGuide();
        Assert.Throws<PplArgumentException>(() => Engine(model, guide, Objective.Iwae(5)));
        norm.eval();
        using var svi = Engine(model, guide, Objective.Iwae(5));
        svi.Step(rand(20, 64).round());
        Assert.Equal(1, svi.Steps);
    }

    /// <summary>Trying moves no running statistics: they are those of one step.</summary>
    [Fact]
    public void Trying_leaves_buffers_as_they_were()
    {
        using var scope = NewDisposeScope();
        using var seed = manual_seed(3);
        var x = rand(20, 64).round();
        var norm = BatchNorm1d(8, momentum: 0.5);
        using var model = new SmallHierarchy();
        using var guide = model.CreateGuide(h1: Sequential(Linear(64, 8), norm));
        guide.Prepare(guide.Batch(x));
        var weights = guide.parameters().Select(p => p.clone()).ToList();
        using var svi = Engine(model, guide, Objective.Iwae(5));
        svi.Step(x);
        var found = norm.running_mean!.clone();
        norm.reset_running_stats();
        using (no_grad())
        {
            foreach (var (parameter, value) in guide.parameters().Zip(weights)) parameter.copy_(value);
        }

        guide.Draw(guide.Batch(x), 5);
        Assert.True((found - norm.running_mean!).abs().max().item<float>() < 1e-6);
    }

    private static Svi Engine(GenerativeModel model, Guide guide, Objective objective) => new(model, guide, objective, settings: Quiet);

    private static Module<Tensor, Tensor> Network(string kind, double dropout) => kind switch
    {
        "lstm" => new EndToEnd.Networks.Recurrent(dropout),
        "gru" => new EndToEnd.Networks.Recurrent(dropout, gated: true),
        "attention" => new EndToEnd.Networks.Attentive(dropout, whole: false),
        "transformer" => new EndToEnd.Networks.Attentive(dropout, whole: true),
        _ => new EndToEnd.Networks.FunctionalDropout(dropout),
    };

    private static float[] Bits(GenerativeModel model, Guide guide) =>
        [.. model.parameters().Concat(guide.parameters()).SelectMany(p => p.detach().data<float>().ToArray())];
}

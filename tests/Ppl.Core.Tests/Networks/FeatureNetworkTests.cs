using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Networks;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Core.Tests.Networks;

/// <summary>Networks of the user's own for a factor's features, and what is refused of a posterior.</summary>
public sealed class FeatureNetworkTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public FeatureNetworkTests() => manual_seed(12);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void NetworkOfTwoTensors_GetsEachAsItIs()
    {
        using var encoder = new Encoder(new Pictured());
        var (picture, label) = (randn(4, 1, 5, 5), arange(4));
        encoder.Prepare([picture, label], [3]);
        Assert.Equal([4, 3], encoder.Encode(picture, label).Shape);
        Assert.Equal([6, 12], encoder.state_dict()["head.linear.weight"].shape);
        Assert.Contains("network.labels.weight", encoder.state_dict().Keys);
        Assert.IsType<Pictured>(encoder.Network);
    }

    [Fact]
    public void Function_GetsEachAsItIs()
    {
        var network = Linear(8, 6);
        using var encoder = new Encoder(Posterior.FullCovariance(FeatureNetwork.Of(i => network.call(cat([i[0].flatten(1), i[1]], -1)), network)));
        var (first, second) = (randn(4, 2, 3), randn(4, 2));
        encoder.Prepare([first, second], [3]);
        Assert.Equal([4, 3], encoder.Encode(first, second).Shape);
        Assert.Contains("network.weight", encoder.state_dict().Keys);
        TensorAssert.Close(encoder.Encode(first, second).Mean, encoder.Encode([first, second], [4]).Mean, 0, 0);
    }

    [Fact]
    public void SeveralInputs_AreJoinedForANetworkOfOne()
    {
        using var encoder = new Encoder(Linear(8, 6));
        encoder.Prepare([randn(4, 2, 3), randn(4, 2)], [3]);
        Assert.Equal([4, 3], encoder.Encode(randn(4, 2, 3), randn(4, 2)).Shape);
    }

    /// <summary>A latent outside the rows is the same for all of them: its value is repeated where it has not been.</summary>
    [Fact]
    public void LatentsOutsideTheRows_AreFeaturesOfEachRow()
    {
        using var mu = new Encoder();
        mu.Prepare([], [], [2, 3]);
        using var z = new Encoder(Posterior.Diagonal(hidden: [5]));
        Assert.Equal(["x", "mu"], z.Connect(["x", "mu"], [null, mu]));
        var (x, value) = (randn(4, 2), randn(2, 3));
        z.Prepare([x, value], [4], [3]);
        Assert.Equal([5, 8], z.state_dict()["network.0.weight"].shape);
        TensorAssert.Close(z.Encode(x, value.expand(4, 2, 3)).Mean, z.Encode(x, value).Mean, 0, 0);
        using var alone = new Encoder(Posterior.Diagonal(hidden: [5]));
        alone.Connect(["mu"], [mu]);
        alone.Prepare([value], [4], [3]);
        Assert.Equal([6, 3], alone.Encode([value], [6]).Shape);
    }

    [Fact]
    public void NetworkOfOtherInputs_IsRefused()
    {
        using var encoder = new Encoder(new Pictured()) { Site = "z" };
        TensorAssert.Throws<PplArgumentException>(
            "z: its network takes 2 tensors, and the encoder sees 3 (x, c, h).", () => encoder.Connect(["x", "c", "h"], [null, null, null]));
        using var alone = new Encoder(new Pictured()) { Site = "z" };
        TensorAssert.Throws<PplArgumentException>(
            "z: its network takes 2 tensors, and the encoder sees 1.", () => alone.Prepare([zeros(4, 3)], [3]));
    }

    [Fact]
    public void FaultOfANetwork_NamesTheLatentAndTheShapes()
    {
        using var encoder = new Encoder(new Pictured()) { Site = "z" };
        var fault = Assert.Throws<PplShapeException>(() => encoder.Prepare([zeros(4, 3), arange(4)], [3]));
        Assert.StartsWith(
            "z: the encoder's network fails for inputs of shapes (4, 3), Float32 and (4), Int64: ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_ThatContradictEachOther()
    {
        TensorAssert.Throws<PplArgumentException>(
            "An encoder takes its own network or hidden sizes for the default one, not both.", () => Posterior.Diagonal(Linear(2, 3), [4]));
        TensorAssert.Throws<PplArgumentException>("A hidden layer has 0 units; it needs at least 1.", () => Posterior.Diagonal(hidden: [4, 0]));
        TensorAssert.Throws<PplArgumentException>(
            "Posterior.LowRank has rank 0; it needs at least 1. Independent coordinates are Posterior.Diagonal().", () => Posterior.LowRank(0));
        TensorAssert.Throws<PplArgumentException>(
            "Free() keeps a set of parameters for each row, so that a network has no input: leave one of them out.",
            () => Posterior.Diagonal(Linear(2, 3)).Free());
        TensorAssert.Throws<PplArgumentException>(
            "Free() keeps a set of parameters for each row, so that a network has no input: leave one of them out.",
            () => Posterior.Diagonal(hidden: [3]).Free());
    }

    [Fact]
    public void Families_ThatTheLatentCannotHave()
    {
        using var full = new Encoder(Posterior.FullCovariance()) { Site = "z" };
        TensorAssert.Throws<PplArgumentException>(
            "z: Posterior.FullCovariance is over real numbers, and Bernoulli is discrete: leave it out.",
            () => full.Prepare([zeros(4, 3)], [3], new Bernoulli(logits: zeros(4, 3))));
        using var free = new Encoder(Posterior.Of(() => new Bare()).Free()) { Site = "z" };
        TensorAssert.Throws<PplArgumentException>(
            "z: its head Bare keeps no parameters for rows: it does not derive from LinearHead.", () => free.Prepare([], [4], [3]));
    }

    /// <summary>A discrete latent keeps the head of its family, in rows of its own too.</summary>
    [Fact]
    public void DiscreteLatents_KeepTheirHeads()
    {
        using var encoder = new Encoder(Posterior.Default().Free());
        encoder.Prepare([], [4], [], new Categorical(logits: zeros(5)));
        Assert.Equal([4, 5], encoder.state_dict()["head.free"].shape);
        Assert.Equal(5, Assert.IsType<Categorical>(encoder.Encode([], [4])).Categories);
    }

    [Fact]
    public void Lists_AreForAllElementsOrForEach()
    {
        using var all = new EncoderList(Posterior.FullCovariance(), 2, "h");
        Assert.All(Enumerable.Range(0, 2), i => Assert.Equal("FullCovariance", all[i].Posterior.ToString()));
        using var each = new EncoderList([Posterior.Diagonal(), Linear(3, 4), null], 3, "h");
        Assert.Equal(["Diagonal", "Default", "Default"], Enumerable.Range(0, 3).Select(i => each[i].Posterior.ToString()));
        Assert.NotNull(each[1].Network);
        TensorAssert.Throws<PplArgumentException>(
            "h: 2 networks are given for 3 elements.", () => _ = new EncoderList([Linear(3, 4), Linear(3, 4)], 3, "h"));
        TensorAssert.Throws<PplArgumentException>(
            "h: one network is given for all 3 elements: list one for each, share it (Shared), or leave it out.",
            () => _ = new EncoderList(Posterior.Diagonal(Linear(3, 4)), 3, "h"));
        Assert.Equal("[Diagonal, Default]", PosteriorList.Create([Posterior.Diagonal(), null]).ToString());
    }

    [Fact]
    public void Posteriors_AreValues()
    {
        Assert.Equal("LowRank(3), free", Posterior.LowRank(3).Free().ToString());
        Assert.False(Posterior.Diagonal().IsFree);
        var network = Linear(2, 3);
        Posterior? converted = network;
        Assert.Same(network, converted!.Network!.Module);
        Posterior? none = (Module<Tensor, Tensor>?)null;
        Assert.Null(none);
    }

    private sealed class Pictured : Module<Tensor, Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> pictures = Sequential(Conv2d(1, 1, 3L), Flatten());
        private readonly Module<Tensor, Tensor> labels = Embedding(10, 3);

        public Pictured() : base(nameof(Pictured)) => RegisterComponents();

        public override Tensor forward(Tensor picture, Tensor label) => cat([pictures.call(picture), labels.call(label)], -1);
    }

    private sealed class Bare() : Head<Normal>(nameof(Bare))
    {
        public override void Prepare(long features, IReadOnlyList<long> eventShape, ScalarType dtype, Device device)
        {
        }

        public override Normal Forward(Tensor features) => new(features, 1);
    }
}

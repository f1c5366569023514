using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Core.Tests.Networks;

public sealed class EncoderTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public EncoderTests() => manual_seed(3);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void DefaultEncoder_IsSizedFromTheFirstInput()
    {
        using var encoder = new Encoder();
        Assert.Empty(encoder.parameters());
        encoder.Prepare([zeros(6, 28, 28)], [20]);
        var q = encoder.Encode(zeros(9, 28, 28));
        Assert.Equal([9, 20], q.Shape);
        Assert.Equal(
            ["network.0.weight", "network.0.bias", "head.linear.weight", "head.linear.bias"],
            encoder.named_parameters().Select(p => p.name).Order().OrderByDescending(n => n.StartsWith("network", StringComparison.Ordinal))
                .ThenByDescending(n => n.EndsWith("weight", StringComparison.Ordinal)));
        Assert.Equal([400, 784], encoder.state_dict()["network.0.weight"].shape);
        Assert.Equal([40, 400], encoder.state_dict()["head.linear.weight"].shape);
        Assert.All(encoder.parameters(), p => Assert.True(p.requires_grad));
    }

    [Fact]
    public void SeveralInputs_AreFlattenedAndJoined()
    {
        using var encoder = new Encoder(Posterior.Default(hidden: [7, 8]));
        encoder.Prepare([zeros(6, 2, 3), zeros(6)], [2, 5]);
        Assert.Equal([7, 7], encoder.state_dict()["network.0.weight"].shape);
        var a = randn(4, 2, 3);
        var b = randn(4);
        var q = encoder.Encode(a, b);
        Assert.Equal([4, 2, 5], q.Shape);
        TensorAssert.Close(q.Mean, encoder.Encode([a, b]).Mean, 0, 0);
        TensorAssert.Close(q.Mean, encoder.Encode([a, b], [4]).Mean, 0, 0);
    }

    [Fact]
    public void OwnNetwork_GetsOneInputAsItIs()
    {
        using var encoder = new Encoder(Sequential(Conv2d(1, 4, 3L), ReLU(), Flatten()));
        encoder.Prepare([zeros(6, 1, 8, 8)], [3]);
        Assert.Equal([6, 144], encoder.state_dict()["head.linear.weight"].shape);
        Assert.Equal([2, 3], encoder.Encode(randn(2, 1, 8, 8)).Shape);
        Assert.True(encoder.Network!.training);
    }

    [Fact]
    public void SizingAnOwnNetwork_KeepsModesAndStatistics()
    {
        var norm = BatchNorm1d(5);
        var dropout = Dropout(0.5);
        dropout.eval();
        using var encoder = new Encoder(Sequential(norm, dropout));
        encoder.Prepare([ones(6, 5)], [3]);
        Assert.True(norm.training);
        Assert.False(dropout.training);
        Assert.All(TensorAssert.ToArray(norm.running_mean!), m => Assert.Equal(0, m));
    }

    [Fact]
    public void OwnNetworkThatLosesTheRows_IsNamed()
    {
        using var encoder = new Encoder(Conv2d(1, 4, 3L));
        TensorAssert.Throws<PplShapeException>(
            "an encoder's network must return [rows, features]; for input (6, 1, 8, 8) it returned (6, 4, 6, 6).",
            () => encoder.Prepare([zeros(6, 1, 8, 8)], [3]));
    }

    [Fact]
    public void DtypeOfTheInputs_IsAdopted()
    {
        using var encoder = new Encoder(Linear(5, 4));
        encoder.Prepare([zeros(6, 5, ScalarType.Float64)], [3]);
        Assert.Equal(ScalarType.Float64, encoder.Encode(zeros(2, 5, ScalarType.Float64)).Sample().dtype);
    }

    [Fact]
    public void Heads_KeepTheirParametersInTheirDomains()
    {
        using var normal = new Encoder(Posterior.FullCovariance());
        normal.Prepare([zeros(6, 5)], [3]);
        var q = Assert.IsType<MultivariateNormal>(normal.Encode(randn(4, 5) * 100));
        q.Validate();
        TensorAssert.Close(q.ScaleTril, q.ScaleTril.tril(), 0, 0);
        using var bernoulli = new Encoder();
        bernoulli.Prepare([zeros(6, 5)], [3], new Bernoulli(logits: zeros(6, 3)));
        Assert.Equal([4, 3], bernoulli.Encode(randn(4, 5)).Shape);
        using var categorical = new Encoder();
        categorical.Prepare([zeros(6, 5)], [], new Categorical(logits: zeros(7)));
        var c = Assert.IsType<Categorical>(categorical.Encode(randn(4, 5)));
        Assert.Equal([4], c.Shape);
        Assert.Equal(7, c.Categories);
        using var delta = new Encoder(Posterior.Delta());
        delta.Prepare([zeros(6, 5)], []);
        Assert.Equal([4], delta.Encode(randn(4, 5)).Shape);
    }

    [Fact]
    public void ScalarEvent_HasNoExtraDimension()
    {
        using var encoder = new Encoder();
        encoder.Prepare([zeros(6, 5)], []);
        Assert.Equal([4], encoder.Encode(randn(4, 5)).Shape);
    }

    [Fact]
    public void WithoutInputs_ParametersAreFreeAndTheSameInEveryRow()
    {
        using var encoder = new Encoder();
        encoder.Prepare([], [3]);
        Assert.Equal(["head.free"], encoder.named_parameters().Select(p => p.name));
        var q = encoder.Encode(4);
        Assert.Equal([4, 3], q.Shape);
        TensorAssert.Close(zeros(4, 3), q.Mean, 0, 0);
        TensorAssert.Close(ones(4, 3), q.Variance, 0, 0);
        Assert.Equal([2, 3], encoder.Encode([], [2]).Shape);
        using var full = new Encoder(Posterior.FullCovariance());
        full.Prepare([], [3]);
        full.Encode(4).Validate();
        using var own = new Encoder(Linear(2, 3));
        TensorAssert.Throws<PplArgumentException>(
            "the guide has nothing to see for this latent, since nothing in the model connects it with data: its parameters are free, and "
            + "a network has no input. Leave the network out.",
            () => own.Prepare([], [3]));
    }

    [Fact]
    public void EncoderList_NamesItsElements()
    {
        using var list = new EncoderList(2);
        list[0].Prepare([zeros(6, 5)], [3]);
        list[1].Prepare([zeros(6, 3)], [2]);
        Assert.Contains("1.head.linear.bias", list.state_dict().Keys);
        Assert.Equal(8, list.parameters().Count());
    }

    [Fact]
    public void UnpreparedEncoder_SaysWhatToCall()
    {
        using var encoder = new Encoder();
        TensorAssert.Throws<PplArgumentException>(
            "An encoder was called before it was sized: call Prepare on its guide.", () => encoder.Encode(zeros(2, 3)));
        var mixed = new Odd();
        TensorAssert.Throws<PplArgumentException>(
            "Odd names no head in its Family attribute, so no encoder can produce it.", () => encoder.Prepare([zeros(2, 3)], [], mixed));
    }

    [Family(Support.Boolean)]
    private sealed class Odd : Ppl.Core.Tests.Testing.BareFamily
    {
    }

    [Fact]
    public void Parameters_OutliveTheScopeThatSizedThem()
    {
        using var encoder = new Encoder();
        using (NewDisposeScope()) encoder.Prepare([zeros(6, 5)], [3]);
        Assert.Equal([4, 3], encoder.Encode(randn(4, 5)).Shape);
    }

    [Fact]
    public void Glorot_IsUniformWithinItsBoundAndZeroesBiases()
    {
        using var linear = Initialization.Glorot(Linear(300, 100));
        var bound = Math.Sqrt(6.0 / 400);
        var weights = TensorAssert.ToArray(linear.weight);
        Assert.InRange(weights.Max(Math.Abs), bound * 0.99, bound);
        Assert.InRange(weights.Average() / (bound / Math.Sqrt(3) / Math.Sqrt(weights.Length)), -5, 5);
        Assert.All(TensorAssert.ToArray(linear.bias!), b => Assert.Equal(0, b));
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Ppl.Torch.Tests.Modules;

/// <summary>Modules as users of TorchSharp write them.</summary>
public class UserModuleTests
{
    private class Base : Module<Tensor, Tensor>
    {
        private readonly Linear hidden = Linear(3, 4);
        protected Parameter scale = Parameter(torch.ones(4));

        protected Base(string name) : base(name)
        {
        }

        public override Tensor forward(Tensor input) => hidden.call(input) * scale;
    }

    private sealed class Net : Base
    {
        private readonly Module<Tensor, Tensor> tail;
        private readonly Tensor offset = torch.zeros(2);

        public Net() : base(nameof(Net))
        {
            tail = Sequential(("first", Linear(4, 5)), ("act", Tanh()), ("last", Linear(5, 2, hasBias: false)));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => tail.call(base.forward(input)) + offset;
    }

    [Fact]
    public void Components_are_named_after_the_fields_of_every_class_level()
    {
        using var net = new Net();
        Assert.Equal(
            ["scale", "tail.first.weight", "tail.first.bias", "tail.last.weight", "hidden.weight", "hidden.bias"],
            net.named_parameters().Select(p => p.name));
        Assert.Equal(["offset"], net.named_buffers().Select(b => b.name));
        Assert.Equal(["tail", "hidden"], net.named_children().Select(c => c.name));
        Assert.Equal(["tail", "hidden", "tail.first", "tail.act", "tail.last"], net.named_modules().Select(m => m.name));
        Assert.True(net.has_parameter("tail.last.weight"));
        Assert.False(net.has_parameter("tail.last.bias"));
    }

    [Fact]
    public void A_user_s_network_learns()
    {
        torch.random.manual_seed(1);
        using var net = new Net();
        using var x = torch.randn(64, 3);
        using var y = x[.., ..2] * 2;
        using var optimizer = torch.optim.Adam(net.parameters(), 0.02);
        var losses = new List<float>();
        for (var i = 0; i < 200; i++)
        {
            using var scope = torch.NewDisposeScope();
            optimizer.zero_grad();
            var loss = functional.mse_loss(net.call(x), y);
            loss.backward();
            optimizer.step();
            losses.Add(loss.item<float>());
        }

        Assert.True(losses[^1] < losses[0] / 50, $"{losses[0]} -> {losses[^1]}");
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Ppl.Torch.Tests.Modules;

public sealed class ModuleTests : IDisposable
{
    private readonly DisposeScope scope = torch.NewDisposeScope();

    public void Dispose() => scope.Dispose();

    private sealed class Net : Module<Tensor, Tensor>
    {
        private readonly Linear linear = Linear(3, 2);
        private readonly Parameter scale = Parameter(torch.ones(2));
        private Tensor shift = torch.zeros(2);
        private readonly Tensor rows = torch.tensor(new long[] { 1, 0 });

        public Net() : base(nameof(Net)) => RegisterComponents();

        public override Tensor forward(Tensor input) => ((linear.call(input) * scale) + shift).index_select(1, rows);
    }

    [Fact]
    public void Conversion_reaches_fields_parameters_and_buffers_but_not_integers()
    {
        using var net = new Net().to(ScalarType.Float64);
        Assert.All(net.parameters(), p => Assert.Equal(ScalarType.Float64, p.dtype));
        Assert.Equal([ScalarType.Float64, ScalarType.Int64], net.buffers().Select(b => b.dtype));
        Assert.Equal(ScalarType.Float64, net.call(torch.ones(4, 3, dtype: ScalarType.Float64)).dtype);
        Assert.Throws<ArgumentException>(() => net.to(ScalarType.Int32));
        Assert.Equal(ScalarType.Float32, net.@float().get_parameter("linear.weight").dtype);
    }

    [Fact]
    public void Training_mode_goes_down_the_tree()
    {
        using var net = Sequential(Linear(4, 4), Sequential(Dropout(0.9), ReLU()));
        var x = torch.ones(50, 4);
        Assert.True(net.training);
        Assert.False(torch.equal(net.call(x), net.call(x)).item<bool>());
        net.eval();
        Assert.All(net.modules(), module => Assert.False(module.training));
        Assert.True(torch.equal(net.call(x), net.call(x)).item<bool>());
        net.train();
        Assert.All(net.modules(), module => Assert.True(module.training));
    }

    [Fact]
    public void Hooks_see_and_change_what_passes()
    {
        using var layer = Linear(2, 2);
        var calls = new List<string>();
        var before = layer.register_forward_pre_hook((module, input) => input * 2);
        var after = layer.register_forward_hook((module, input, output) =>
        {
            calls.Add(module.GetName());
            return output + 1;
        });
        var x = torch.ones(1, 2);
        var expected = layer.forward(x * 2) + 1;
        Assert.True(torch.equal(expected, layer.call(x)).item<bool>());
        before.remove();
        after.remove();
        Assert.True(torch.equal(layer.forward(x), layer.call(x)).item<bool>());
        Assert.Equal(["Linear"], calls);
    }

    [Fact]
    public void Zero_grad_of_a_module_removes_gradients_and_of_an_optimizer_clears_them()
    {
        using var layer = Linear(2, 2);
        using var optimizer = torch.optim.SGD(layer.parameters(), 0.1);
        layer.call(torch.ones(1, 2)).sum().backward();
        optimizer.zero_grad();
        Assert.All(layer.parameters(), p => Assert.Equal(0, p.grad.abs().sum().item<float>()));
        layer.zero_grad(set_to_none: false);
        Assert.All(layer.parameters(), p => Assert.NotNull(p.grad));
        layer.zero_grad();
        Assert.All(layer.parameters(), p => Assert.Null(p.grad));
    }

    [Fact]
    public void Lists_and_dictionaries_register_what_they_hold()
    {
        var list = ModuleList<Module<Tensor, Tensor>>(Linear(1, 2), ReLU());
        list.append(Linear(2, 3));
        list.Insert(1, Linear(2, 2));
        Assert.Equal(["0.weight", "0.bias", "1.weight", "1.bias", "3.weight", "3.bias"], list.named_parameters().Select(p => p.name));
        list.RemoveAt(0);
        Assert.Equal(3, list.Count);
        Assert.Equal("0.weight", list.named_parameters().First().name);

        var dictionary = ModuleDict(("mean", (Module)Linear(1, 1)), ("scale", Linear(1, 1)));
        Assert.Equal(["mean.weight", "mean.bias", "scale.weight", "scale.bias"], dictionary.named_parameters().Select(p => p.name));
        Assert.True(dictionary.ContainsKey("scale"));
        Assert.True(dictionary.Remove("mean"));
        Assert.Equal(["scale"], dictionary.Keys);

        var parameters = ParameterDict(("a", Parameter(torch.zeros(1))), ("b", Parameter(torch.ones(2))));
        Assert.Equal(["a", "b"], parameters.named_parameters(recurse: true).Select(p => p.name));
        var sequence = ParameterList(Parameter(torch.zeros(1)), Parameter(torch.ones(2)));
        sequence.to(ScalarType.Float64);
        Assert.Equal(ScalarType.Float64, sequence[1].dtype);
    }

    [Fact]
    public void Sequences_slice_and_nest()
    {
        using var net = Sequential(("a", Linear(2, 3)), ("b", ReLU()), ("c", Linear(3, 1)));
        Assert.Equal(3, net.Count);
        var tail = net[1..];
        Assert.Equal(["b", "c"], tail.named_children().Select(c => c.name));
        Assert.Same(net[2], tail[1]);
        Assert.Throws<InvalidOperationException>(() => net.append("a", ReLU()));
        var empty = Sequential();
        var x = torch.ones(2);
        var y = empty.call(x);
        Assert.NotSame(x, y);
        Assert.True(torch.equal(x, y).item<bool>());
    }

    [Fact]
    public void In_place_activations_survive_in_a_sequence()
    {
        using var net = Sequential(Linear(3, 4), ReLU(inplace: true), Linear(4, 3), Dropout(0.5, inplace: true), Linear(3, 2),
            Sigmoid(true));
        net.call(torch.randn(5, 3)).sum().backward();
        Assert.All(net.parameters(), p => Assert.NotNull(p.grad));
    }

    [Fact]
    public void Disposing_a_module_disposes_all_it_owns()
    {
        Module[] modules = [Sequential(Conv2d(1, 2, 3), BatchNorm2d(2), ReLU()), LSTM(2, 3, 2), MultiheadAttention(4, 2),
            Embedding(3, 2)];
        var tensors = modules.SelectMany(m => m.parameters().Cast<Tensor>().Concat(m.buffers())).ToList();
        Assert.NotEmpty(tensors);
        Array.ForEach(modules, module => module.Dispose());
        Assert.All(tensors, tensor => Assert.True(tensor.IsInvalid));
    }
}

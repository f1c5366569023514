using System.Globalization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Core.Tests.Provider;

/// <summary>
/// Where TorchSharp 0.107 differs from PyTorch, which Ppl.Torch follows: what is called, and what is found on either. The keys are the first
/// column of the table in docs/torch.md.
/// </summary>
internal static class TorchDifferences
{
    private static readonly double[] Four = [1, 2, 3, 4];

    public static readonly Dictionary<string, (Func<string> Probe, string PyTorch, string TorchSharp)> Rows = new()
    {
        ["`torch.equal`, `Tensor.equal`"] = (() => Text(ones(2).equal(ones(2))), "[] 1", "[2] 1 1"),
        ["`Tensor.var(bool)`, `torch.var(Tensor, bool)`"] = (() => Text(tensor(Four).var(false)), "[] 1.25", "[] 1.667"),
        ["`torch.var_mean`"] = (() => Text(var_mean(tensor(Four), false).Item1), "[] 1.25", "[] 1.118"),
        ["`nn.Hardtanh`, `functional.hardtanh`, `Tensor.hardtanh`, `Tensor.hardtanh_`"] =
            (() => Text(functional.hardtanh(tensor(new[] { -0.9, 0.9 }), -0.4, 0.6)), "[2] -0.4 0.6", "[2] -0.9 0.9"),
        ["`nn.GaussianNLLLoss`"] = (() => Text(Gaussian(Reduction.None)), "[2, 3] 0.5 0.5 0.5 0.5 0.5 0.5", "[2] 1.5 1.5"),
        ["`nn.Conv2d(..., Padding, ...)`"] = (SamePadding, "1, 3, 4, 5", "1, 3, 5, 4"),
        ["`torch.tensordot`, `Tensor.tensordot`"] = (() => Text(tensordot(ones(2, 3), ones(2, 3))), "[] 6", "IndexOutOfRangeException"),
        ["`torch.broadcast_shapes`"] =
            (() => string.Join(", ", broadcast_shapes([3, 1], [4, 1, 2]).Shape), "4, 3, 2", "ArgumentException"),
        ["`torch.frombuffer`"] = (() => Text(frombuffer(new[] { 1f, 2f }, ScalarType.Float32, count: 3)), "ArgumentException", "IndexOutOfRangeException"),
        ["`Tensor.zero_`"] = (() => Same(x => x.zero_()), "the same object", "another object"),
        ["`linalg.vecdot`"] = (() => Same(x => linalg.vecdot(ones(3, 2), ones(3, 2), @out: x)), "the same object", "another object"),
        ["`autograd.grad`"] = (Unused, "null", "an object without a tensor"),
        ["`Tensor.set_grad`"] = (GradientOfAnotherShape, "ExternalException", "taken"),
        ["`functional.batch_norm`, `nn.BatchNorm1d`, `nn.BatchNorm2d`, `nn.BatchNorm3d`"] = (BatchNormOfOne, "ArgumentException", "[2] NaN NaN"),
        ["`functional.instance_norm`, `nn.InstanceNorm1d`, `nn.InstanceNorm2d`, `nn.InstanceNorm3d`"] =
            (() => Text(InstanceNorm1d(2).call(ones(1, 2, 1))), "ArgumentException", "[1, 2, 1] 0 0"),
        ["`nn.GroupNorm`"] = (() => Text(GroupNorm(2, 2).call(tensor(new[,] { { 1f, 1 }, { 1, 1 } }))), "[2, 2] 0 0 0 0", "ArgumentException"),
        ["`init.trunc_normal_`"] = (() => Text(init.trunc_normal_(zeros(50), 1, 2, 0, 1.5).lt(1.4).any()), "[] 1", "[] 0"),
        ["`init.normal_`, `init.uniform_`"] = (GeneratorOfOnesOwn, "the generator's numbers", "others"),
        ["`init.xavier_uniform_`"] = (() => Text(init.xavier_uniform_(zeros(3))), "ArgumentException", "ExternalException"),
        ["`utils.vector_to_parameters`"] = (TooLongAVector, "ArgumentException", "taken"),
        ["`nn.ModuleList`"] = (() => ModuleList<Module<Tensor, Tensor>>(Linear(1, 1)).named_parameters().Count() + " parameters", "2 parameters", "0 parameters"),
        ["`Sequential.append`"] = (SameNameTwice, "InvalidOperationException", "taken"),
        ["`nn.Sequential`"] = (LayerThatReturnsItsInput, "[1] 1", "InvalidOperationException"),
        ["`nn.MultiheadAttention`, `nn.TransformerEncoderLayer`, `nn.TransformerDecoderLayer`, `nn.Transformer`"] = (BooleanMask, "0", "more than 0"),
        ["`Tensor.Save`, `Module.save`"] = (SavedView, "[3, 2]", "InvalidOperationException"),
        ["`Module.load`"] = (() => CutModule(), "EndOfStreamException, unchanged", "EndOfStreamException, changed"),
        ["`Module.load_state_dict`"] = (StateOfOtherShapes, "ArgumentException", "ExternalException"),
        ["`OptimizerHelper.load_state_dict`"] = (CutOptimizer, "EndOfStreamException, unchanged", "EndOfStreamException, changed"),
        ["`optim.RAdam`"] = (() => Steps(p => optim.RAdam(p, 0.03)), "0.7136", "0.719"),
        ["`lr_scheduler.CyclicLR`"] =
            (() => Scheduled(o => optim.lr_scheduler.CyclicLR(o, 0.01, 0.2, 4), g => g.Momentum), "0.8", "1"),
        ["`lr_scheduler.ChainedLR`"] = (() => Scheduled(Chained, g => g.LearningRate), "0.006561", "ArgumentNullException"),
        ["`lr_scheduler.MultiStepLR`"] =
            (() => Scheduled(o => optim.lr_scheduler.MultiStepLR(o, [2, 2, 3], 0.5), g => g.LearningRate), "0.0125", "0.025"),
        ["`lr_scheduler.ReduceLROnPlateau`"] = (Plateau, "0.05", "0.1"),
        ["`Tensor.npstr`, `Tensor.cstr`, `Tensor.jlstr`"] = (() => tensor(new[] { 1f, 2f }).npstr(), "[1 2]", "[1, 2]"),
        ["a tensor that was disposed"] = (Disposed, "ObjectDisposedException", "InvalidOperationException"),
        ["`nn.LSTM`"] = (TensorsThatStay, "0 a call", "2 a call"),
    };

    private static string Text(Tensor tensor) => $"[{string.Join(", ", tensor.shape)}]"
        + string.Concat(tensor.detach().to(ScalarType.Float64).data<double>().ToArray().Select(v => " " + Text(v)));

    private static string Text(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private static Tensor Gaussian(Reduction reduction) => GaussianNLLLoss(reduction: reduction).call(zeros(2, 3), ones(2, 3), ones(2, 3));

    private static string SamePadding()
    {
        using var convolution = Conv2d(2, 3, (2, 3), Padding.Same, padding_mode: PaddingModes.Replicate);
        return string.Join(", ", convolution.call(ones(1, 2, 4, 5)).shape);
    }

    private static string Same(Func<Tensor, Tensor> call)
    {
        var x = ones(3);
        return ReferenceEquals(x, call(x)) ? "the same object" : "another object";
    }

    private static string Unused()
    {
        var (x, y) = (tensor(2.0, requires_grad: true), tensor(2.0, requires_grad: true));
        return autograd.grad([x * 2], [x, y], allow_unused: true)[1] is { } gradient ? gradient.IsInvalid ? "an object without a tensor" : "a tensor" : "null";
    }

    private static string GradientOfAnotherShape()
    {
        var x = ones(3, requires_grad: true);
        x.grad = ones(4);
        return "taken";
    }

    private static string BatchNormOfOne()
    {
        using var norm = BatchNorm1d(2);
        norm.call(ones(1, 2));
        return Text(norm.running_var!);
    }

    private static string GeneratorOfOnesOwn()
    {
        using Generator one = new(9), other = new(9);
        return init.normal_(zeros(4), generator: one).allclose(init.normal_(zeros(4), generator: other)) ? "the generator's numbers" : "others";
    }

    private static string TooLongAVector()
    {
        nn.utils.vector_to_parameters(zeros(4), [Parameter(zeros(2))]);
        return "taken";
    }

    private static string SameNameTwice()
    {
        Sequential(("a", Linear(1, 1))).append("a", ReLU());
        return "taken";
    }

    private static string LayerThatReturnsItsInput() => Text(Sequential(ReLU(), new Unchanged(), ReLU()).call(ones(1)));

    private static string BooleanMask()
    {
        using var attention = MultiheadAttention(4, 2);
        var mask = ones(3, 3, dtype: ScalarType.Bool).triu(1);
        var x = ones(3, 2, 4);
        return attention.call(x, x, x, attn_mask: mask).Item2[0, 0, 2].item<float>() > 0 ? "more than 0" : "0";
    }

    private static string SavedView()
    {
        using var writer = new BinaryWriter(new MemoryStream());
        var view = zeros(2, 3).t();
        view.Save(writer);
        return $"[{string.Join(", ", view.shape)}]";
    }

    private static string CutModule()
    {
        using Linear source = Linear(2, 3), target = Linear(2, 3);
        var memory = new MemoryStream();
        source.save(memory);
        return Cut(() => target.load(new MemoryStream(memory.ToArray()[..^3])), () => Text(target.weight!));
    }

    private static string StateOfOtherShapes()
    {
        Linear(2, 3).load_state_dict(Linear(2, 4).state_dict());
        return "taken";
    }

    private static string CutOptimizer()
    {
        using OptimizerHelper source = Stepped(0.5), target = Stepped(0.1);
        var whole = State(source);
        return Cut(() => target.load_state_dict(new BinaryReader(new MemoryStream(whole[..^3]))), () => Convert.ToHexString(State(target)));

        static OptimizerHelper Stepped(double rate)
        {
            var parameter = Parameter(ones(4));
            var optimizer = optim.Adam([parameter], rate);
            parameter.sum().backward();
            optimizer.step();
            return optimizer;
        }

        static byte[] State(OptimizerHelper optimizer)
        {
            var memory = new MemoryStream();
            optimizer.save_state_dict(new BinaryWriter(memory));
            return memory.ToArray();
        }
    }

    private static string Cut(Action load, Func<string> state)
    {
        var before = state();
        try
        {
            load();
            return "taken";
        }
        catch (EndOfStreamException)
        {
            return $"EndOfStreamException, {(state() == before ? "unchanged" : "changed")}";
        }
    }

    private static string Steps(Func<IEnumerable<Parameter>, optim.Optimizer> make)
    {
        var parameter = Parameter(tensor(new[] { 1.0 }));
        var optimizer = make([parameter]);
        for (var step = 0; step < 10; step++)
        {
            optimizer.zero_grad();
            parameter.square().sum().backward();
            optimizer.step();
        }

        return Text(parameter.item<double>());
    }

    private static optim.lr_scheduler.LRScheduler Chained(optim.Optimizer optimizer) =>
        optim.lr_scheduler.ChainedLR([optim.lr_scheduler.ConstantLR(optimizer, 0.1, 5), optim.lr_scheduler.ExponentialLR(optimizer, 0.9)]);

    /// <summary>A setting of plain gradient descent after four steps.</summary>
    private static string Scheduled(Func<optim.Optimizer, optim.lr_scheduler.LRScheduler> make, Func<SGD.ParamGroup, double> setting)
    {
        var optimizer = optim.SGD([Parameter(zeros(1))], 0.1, momentum: 0.9);
        var scheduler = make(optimizer);
        for (var step = 0; step < 4; step++)
        {
            optimizer.step();
            scheduler.step();
            _ = scheduler.get_last_lr().Single();
        }

        return Text(setting((SGD.ParamGroup)optimizer.ParamGroups.Single()));
    }

    private static string Plateau()
    {
        var optimizer = optim.SGD([Parameter(zeros(1))], 0.1);
        var scheduler = optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor: 0.5, patience: 1);
        for (var step = 0; step < 3; step++)
        {
            optimizer.step();
            scheduler.step(1.0);
        }

        return Text(scheduler.get_last_lr().Single());
    }

    private static string Disposed()
    {
        var x = ones(3);
        x.Dispose();
        return Text(x.sum());
    }

    private static string TensorsThatStay()
    {
        using var layer = LSTM(3, 4);
        var x = ones(5, 2, 3);
        long After(int calls)
        {
            for (var call = 0; call < calls; call++)
            {
                var (output, hidden, cell) = layer.call(x);
                output.Dispose();
                hidden.Dispose();
                cell.Dispose();
            }

            return DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        }

        var early = After(3);
        return $"{(After(10) - early) / 10} a call";
    }

    private sealed class Unchanged() : Module<Tensor, Tensor>(nameof(Unchanged))
    {
        public override Tensor forward(Tensor input) => input;
    }
}

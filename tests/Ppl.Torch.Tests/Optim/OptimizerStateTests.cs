using TorchSharp.Modules;
using static TorchSharp.torch.optim;

namespace Ppl.Torch.Tests.Optim;

public sealed class OptimizerStateTests : IDisposable
{
    private readonly DisposeScope scope = torch.NewDisposeScope();

    public void Dispose() => scope.Dispose();

    public static TheoryData<string> Names => [.. Makers.Keys];

    private static readonly Dictionary<string, Func<IEnumerable<Parameter>, OptimizerHelper>> Makers = new()
    {
        ["SGD"] = p => SGD(p, 0.05, momentum: 0.9),
        ["Adam"] = p => Adam(p, 0.05, amsgrad: true),
        ["AdamW"] = p => AdamW(p, 0.05),
        ["Adagrad"] = p => Adagrad(p, 0.1),
        ["RMSProp"] = p => RMSProp(p, 0.02, momentum: 0.5, centered: true),
        ["Adadelta"] = p => Adadelta(p),
        ["Adamax"] = p => Adamax(p),
        ["NAdam"] = p => NAdam(p),
        ["RAdam"] = p => RAdam(p),
        ["Rprop"] = p => Rprop(p),
        ["ASGD"] = p => ASGD(p, t0: 2),
    };

    [Fact]
    public void A_learning_rate_below_zero_is_refused()
    {
        using var problem = new Problem();
        var message = Assert.Throws<ArgumentException>(() => Adam(problem.Parameters, -1e-3)).Message;
        Assert.Equal("Adam's learning rate is -0.001; it must be 0 or more.", message);
        Assert.Throws<ArgumentException>(() => SGD(problem.Parameters, -1e-3));
    }

    private static void Steps(Problem problem, Optimizer optimizer, int count)
    {
        for (var i = 0; i < count; i++)
        {
            using var step = torch.NewDisposeScope();
            problem.Evaluate(optimizer);
            optimizer.step();
        }
    }

    private static void CopyParameters(Problem from, Problem to)
    {
        using var noGrad = torch.no_grad();
        foreach (var (source, target) in from.Parameters.Zip(to.Parameters)) target.copy_(source);
    }

    private static bool Same(Problem left, Problem right) =>
        left.Parameters.Zip(right.Parameters).All(pair => torch.equal(pair.First, pair.Second).item<bool>());

    [Theory]
    [MemberData(nameof(Names))]
    public void A_saved_state_goes_on_to_the_last_bit(string name)
    {
        using Problem first = new(), second = new();
        using OptimizerHelper original = Makers[name](first.Parameters), copy = Makers[name](second.Parameters);
        Steps(first, original, 7);
        CopyParameters(first, second);
        using var memory = new MemoryStream();
        using (var writer = new BinaryWriter(memory, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            original.save_state_dict(writer);
        }

        memory.Position = 0;
        copy.load_state_dict(new BinaryReader(memory));
        Assert.All(original.state_dict().State.Zip(copy.state_dict().State),
            pair => Assert.True(pair.First.ApproximatelyEquals(pair.Second)));
        Steps(first, original, 5);
        Steps(second, copy, 5);
        Assert.True(Same(first, second));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_state_dictionary_is_copied(string name)
    {
        using Problem first = new(), second = new();
        using OptimizerHelper original = Makers[name](first.Parameters), copy = Makers[name](second.Parameters);
        Steps(first, original, 3);
        CopyParameters(first, second);
        copy.load_state_dict(original.state_dict());
        Steps(second, copy, 4);
        Steps(first, original, 4);
        Assert.True(Same(first, second));
    }

    [Fact]
    public void A_truncated_or_foreign_state_is_refused_and_changes_nothing()
    {
        using Problem first = new(), second = new();
        using OptimizerHelper original = Adam(first.Parameters, 0.5), other = Adam(second.Parameters);
        Steps(first, original, 3);
        Steps(second, other, 2);
        using var memory = new MemoryStream();
        original.save_state_dict(new BinaryWriter(memory));
        var whole = memory.ToArray();
        var before = Bytes(other);
        foreach (var length in new[] { 3, 6, 20, 70, whole.Length / 2, whole.Length - 1 })
            Assert.Throws<EndOfStreamException>(() => other.load_state_dict(new BinaryReader(new MemoryStream(whole[..length]))));

        using var sgd = SGD(second.Parameters, 0.1);
        Assert.Throws<InvalidDataException>(() => sgd.load_state_dict(new BinaryReader(new MemoryStream(whole))));
        Assert.Equal(before, Bytes(other));
    }

    [Fact]
    public void Groups_keep_their_own_settings_and_take_the_others_from_the_optimizer()
    {
        using var problem = new Problem();
        using var optimizer = Adam([
            new Adam.ParamGroup { Parameters = [problem.Parameters[0]], Options = new Adam.Options { LearningRate = 0.5 } },
            new Adam.ParamGroup { Parameters = [problem.Parameters[1]] }], lr: 0.1, beta1: 0.7);
        Assert.Equal([0.5, 0.1], optimizer.ParamGroups.Select(g => g.LearningRate));
        Assert.All(optimizer.ParamGroups.Cast<Adam.ParamGroup>(), g => Assert.Equal((0.7, 0.999), g.Betas));
        var scheduler = lr_scheduler.StepLR(optimizer, 1, 0.1);
        optimizer.step();
        scheduler.step();
        Assert.Equal([0.05, 0.01], optimizer.ParamGroups.Select(g => Math.Round(g.LearningRate, 12)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Steps_leave_nothing_behind(string name)
    {
        using var problem = new Problem();
        using var optimizer = Makers[name](problem.Parameters);
        Steps(problem, optimizer, 3);
        var before = Live();
        Steps(problem, optimizer, 50);
        Assert.Equal(before, Live());

        static long Live()
        {
            var all = DisposeScopeManager.Statistics.TensorStatistics;
            return all.ThreadTotalLiveCount;
        }
    }

    private static byte[] Bytes(OptimizerHelper optimizer)
    {
        using var memory = new MemoryStream();
        optimizer.save_state_dict(new BinaryWriter(memory));
        return memory.ToArray();
    }
}

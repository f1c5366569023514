using System.Text.Json;
using static TorchSharp.torch.optim;

namespace Ppl.Torch.Tests.Optim;

/// <summary>Twenty steps of every optimizer and twenty-five of every scheduler against PyTorch's (reference/make_reference.py).</summary>
public class ReferenceTests
{
    private static readonly JsonElement Reference = References.Load("optimizers.json");

    private static readonly Dictionary<string, Func<TorchSharp.Modules.Parameter[], Optimizer>> Optimizers = new()
    {
        ["SGD"] = p => SGD(p, 0.05),
        ["SGD momentum"] = p => SGD(p, 0.05, momentum: 0.9, dampening: 0.2, weight_decay: 0.1),
        ["SGD nesterov"] = p => SGD(p, 0.05, momentum: 0.8, nesterov: true),
        ["SGD maximize"] = p => SGD(p, 0.001, maximize: true),
        ["Adam"] = p => Adam(p, 0.05),
        ["Adam decay"] = p => Adam(p, 0.05, 0.8, 0.95, 1e-4, 0.1),
        ["Adam amsgrad"] = p => Adam(p, 0.05, amsgrad: true),
        ["Adam maximize"] = p => Adam(p, 0.01, maximize: true),
        ["AdamW"] = p => AdamW(p, 0.05, weight_decay: 0.2),
        ["AdamW amsgrad"] = p => AdamW(p, 0.05, weight_decay: 0, amsgrad: true),
        ["Adagrad"] = p => Adagrad(p, 0.1, 0.05, 0.02, 0.3),
        ["RMSProp"] = p => RMSProp(p, 0.02),
        ["RMSProp momentum"] = p => RMSProp(p, 0.02, 0.9, 1e-6, 0.1, 0.7, centered: true),
        ["Adadelta"] = p => Adadelta(p, 0.7, 0.8, weight_decay: 0.1),
        ["Adamax"] = p => Adamax(p, 0.03, weight_decay: 0.1),
        ["NAdam"] = p => NAdam(p, 0.03, weight_decay: 0.1),
        ["RAdam"] = p => RAdam(p, 0.03, weight_decay: 0.1),
        ["Rprop"] = p => Rprop(p, 0.02, 0.4, 1.3, 1e-4, 0.3),
        ["ASGD"] = p => ASGD(p, 0.05, 1e-2, 0.6, 5, 0.1),
        ["LBFGS"] = p => LBFGS(p, 0.5, max_iter: 4, tolerange_grad: 1e-7, history_size: 3),
    };

    private static readonly Dictionary<string, Func<Optimizer, lr_scheduler.LRScheduler>> Schedulers = new()
    {
        ["LambdaLR"] = o => lr_scheduler.LambdaLR(o, e => Math.Pow(0.9, e)),
        ["MultiplicativeLR"] = o => lr_scheduler.MultiplicativeLR(o, e => 1 - (0.1 / e)),
        ["StepLR"] = o => lr_scheduler.StepLR(o, 4, 0.5),
        ["MultiStepLR"] = o => lr_scheduler.MultiStepLR(o, [3, 7, 7, 12], 0.3),
        ["ExponentialLR"] = o => lr_scheduler.ExponentialLR(o, 0.9),
        ["ConstantLR"] = o => lr_scheduler.ConstantLR(o, 0.25, 6),
        ["LinearLR"] = o => lr_scheduler.LinearLR(o, 0.2, 0.8, 7),
        ["PolynomialLR"] = o => lr_scheduler.PolynomialLR(o, 8, 2),
        ["CosineAnnealingLR"] = o => lr_scheduler.CosineAnnealingLR(o, 7, 0.001),
        ["CyclicLR"] = o => lr_scheduler.CyclicLR(o, 0.01, 0.2, 4, 3, base_momentum: 0.7, max_momentum: 0.95),
        ["CyclicLR triangular2"] = o => lr_scheduler.CyclicLR(o, 0.01, 0.2, 4, mode: lr_scheduler.impl.CyclicLR.Mode.Triangular2),
        ["CyclicLR exp_range"] = o => lr_scheduler.CyclicLR(o, 0.01, 0.2, 4, mode: lr_scheduler.impl.CyclicLR.Mode.ExpRange, gamma: 0.9),
        ["OneCycleLR"] = o => lr_scheduler.OneCycleLR(o, 0.3, total_steps: 26),
        ["OneCycleLR phases"] = o => lr_scheduler.OneCycleLR(o, 0.3, epochs: 13, steps_per_epoch: 2,
            anneal_strategy: lr_scheduler.impl.OneCycleLR.AnnealStrategy.Linear, three_phase: true, div_factor: 10),
        ["ReduceLROnPlateau"] = o => lr_scheduler.ReduceLROnPlateau(o, factor: 0.5, patience: 2, cooldown: 1, min_lr: [0.004]),
        ["SequentialLR"] = o => lr_scheduler.SequentialLR(
            o, [lr_scheduler.ConstantLR(o, 0.1, 2), lr_scheduler.ExponentialLR(o, 0.9), lr_scheduler.StepLR(o, 3)], [4, 12]),
        ["ChainedLR"] = o => lr_scheduler.ChainedLR([lr_scheduler.ConstantLR(o, 0.1, 5), lr_scheduler.ExponentialLR(o, 0.9)]),
    };

    public static TheoryData<string> OptimizerNames => [.. Reference.GetProperty("optimizers").EnumerateObject().Select(p => p.Name)];

    public static TheoryData<string> SchedulerNames => [.. Reference.GetProperty("schedulers").EnumerateObject().Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(OptimizerNames))]
    public void Optimizers_take_the_same_steps(string name)
    {
        var expected = Reference.GetProperty("optimizers").GetProperty(name);
        using var problem = new Problem();
        using var optimizer = Optimizers[name](problem.Parameters);
        for (var step = 1; step <= 20; step++)
        {
            using var scope = torch.NewDisposeScope();
            var loss = name == "LBFGS" ? optimizer.step(() => problem.Evaluate(optimizer)) : problem.Evaluate(optimizer);
            if (name != "LBFGS") optimizer.step();

            if (expected.TryGetProperty(step.ToString(System.Globalization.CultureInfo.InvariantCulture), out var there))
            {
                Assert.Equal(there.GetProperty("loss").GetDouble(), loss.item<double>(), 1e-9);
                References.Compare(there.GetProperty("a"), problem.Parameters[0], $"a after step {step}");
                References.Compare(there.GetProperty("b"), problem.Parameters[1], $"b after step {step}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(SchedulerNames))]
    public void Schedulers_give_the_same_rates(string name)
    {
        var expected = Reference.GetProperty("schedulers").GetProperty(name);
        using var parameter = new TorchSharp.Modules.Parameter(torch.zeros(1));
        using var optimizer = SGD([parameter], 0.1, momentum: 0.9);
        var group = (TorchSharp.Modules.SGD.ParamGroup)optimizer.ParamGroups.Single();
        var scheduler = Schedulers[name](optimizer);
        List<double> rates = [group.LearningRate], momenta = [group.Momentum];
        for (var step = 0; step < 25; step++)
        {
            optimizer.step();
            if (name == "ReduceLROnPlateau") scheduler.step(Math.Abs(Math.Sin(step)) + (1.0 / (step + 1)));
            else scheduler.step();

            Assert.Equal([group.LearningRate], scheduler.get_last_lr());
            rates.Add(group.LearningRate);
            momenta.Add(group.Momentum);
        }

        foreach (var (values, key) in new[] { (rates, "rates"), (momenta, "momenta") })
        {
            foreach (var (actual, right) in values.Zip(expected.GetProperty(key).EnumerateArray().Select(e => e.GetDouble())))
                Assert.Equal(right, actual, 1e-13);
        }
    }
}

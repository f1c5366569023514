using Ppl.Data;
using Ppl.Examples.Systems;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.Examples.Tests;

/// <summary>The rules of the notes by hand; and runs that were interrupted.</summary>
public sealed class OptimizerTests
{
    public static TheoryData<string> Names => [.. OptimizerProgram.Rules.Select(rule => rule.Name)];

    /// <summary>The first step of each rule, from its definition.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_first_step_is_the_rule_by_hand(string name)
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var rule = Find(name);
        var rate = rule.Rates[1];
        using var model = new ImageVae(3, 784, 8);
        using var guide = model.CreateGuide(z: model.Features());
        using var svi = Engine(model, guide, rule);
        var x = DrawnDigits.Test().Binarized(seed: 0).Take(16);
        var gradients = new Gradients();
        var before = new List<Tensor>();
        gradients.Taken += () => before.AddRange(model.parameters().Select(p => p.detach().clone().DetachFromDisposeScope()));
        svi.Fit(x, 1, 16, options: new FitOptions { Callbacks = [gradients] });
        foreach (var ((old, gradient), now) in before.Zip(gradients.Values).Zip(model.parameters()))
        {
            var step = name switch
            {
                "SGD" => gradient,
                "RMSProp" => gradient / ((0.01 * gradient.square()).sqrt() + 1e-8),
                _ => gradient / (gradient.abs() + (name == "Adam" ? 1e-8 : 1e-10)),     // the sums of squares hold one gradient
            };
            Assert.True((old - (rate * step) - now).abs().max().item<float>() < 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_resumed_run_equals_the_uninterrupted_one(string name)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var data = DrawnDigits.Train().Binarized().Take(300);
        var whole = Weights(svi => svi.Fit(data, 2, 128));
        Weights(svi => svi.Fit(data, 1, 128, options: new FitOptions { Checkpoint = folder.File("half.ppl") }));
        var resumed = Weights(svi =>
        {
            svi.Restore(folder.File("half.ppl"));
            svi.Fit(data, 2 - svi.Epochs, 128);
        });
        Assert.All(whole.Zip(resumed), pair => Assert.True(pair.First.bytes.SequenceEqual(pair.Second.bytes)));

        List<Tensor> Weights(Action<Svi> train)
        {
            manual_seed(0);
            var model = new ImageVae(3, 784, 8);
            using var svi = Engine(model, model.CreateGuide(z: model.Features()), Find(name));
            train(svi);
            return [.. svi.Model.parameters().Concat(svi.Guide.parameters()).Select(p => p.detach().clone())];
        }
    }

    private static Rule Find(string name) => OptimizerProgram.Rules.Single(rule => rule.Name == name);

    private static Svi Engine(GenerativeModel model, Guide guide, Rule rule) => new(
        model, guide, Objective.Elbo(), parameters => rule.Make(parameters, rule.Rates[1]), new SviSettings { Reporter = ITrainingReporter.Quiet });

    private sealed class Gradients : ITrainingCallback
    {
        public event Action? Taken;

        public List<Tensor> Values { get; } = [];

        public void OnGradient(Svi svi, ObjectiveResult result)
        {
            Taken?.Invoke();
            Values.AddRange(svi.Model.parameters().Select(p => p.grad!.clone().DetachFromDisposeScope()));
        }
    }
}

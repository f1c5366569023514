using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Training;

/// <summary>Groups of parameters: who is in them, and that each is updated by its own rule.</summary>
public sealed class ParameterGroupTests
{
    private static readonly double[] Data = [0.3, -1.2, 2.5, 1.1, 0.4, -0.7, 3.0, 0.1, 0.9, -2.0, 1.5, 0.2];

    /// <summary>
    /// The rules written by hand: d/dμ log p = (x̄ − μ) / σ², d/ds log p = ((x − μ)² / σ² − 1), descent with momentum and a halved rate for the
    /// one, with clipped numbers for the other.
    /// </summary>
    [Fact]
    public void Each_group_has_its_own_optimizer_schedule_and_clip()
    {
        using var run = new Sample(Data, new SviSettings
        {
            ScheduleUnit = ScheduleUnit.Step,
            Groups =
            [
                new ParameterGroup("mean", "model.mean")
                {
                    Optimizer = p => optim.SGD(p, 0.1, momentum: 0.5),
                    Schedule = o => optim.lr_scheduler.StepLR(o, 1, 0.5),
                },
                new ParameterGroup("scale", "model.logScale") { Optimizer = p => optim.SGD(p, 0.2), Clip = GradientClip.ByValue(0.15) },
            ],
        });
        var (mean, scale, momentum) = (new double[3], new double[3], new double[3]);
        for (var step = 0; step < 4; step++)
        {
            var squares = 0.0;
            for (var d = 0; d < 3; d++)
            {
                var column = Enumerable.Range(0, 4).Select(row => Data[(3 * row) + d]).ToArray();
                var variance = Math.Exp(2 * scale[d]);
                var byMean = -column.Average(x => (x - mean[d]) / variance);
                var byScale = -column.Average(x => ((x - mean[d]) * (x - mean[d]) / variance) - 1);
                squares += (byMean * byMean) + (byScale * byScale);
                momentum[d] = step == 0 ? byMean : (0.5 * momentum[d]) + byMean;
                mean[d] -= 0.1 * Math.Pow(0.5, step) * momentum[d];
                scale[d] -= 0.2 * Math.Clamp(byScale, -0.15, 0.15);
            }

            run.Svi.Step(run.Values);
            Assert.Equal(Math.Sqrt(squares), run.Svi.GradientNorm!.Value, 12);
            Assert.Equal(mean, run.Mean, (a, b) => Math.Abs(a - b) < 1e-12);
            Assert.Equal(scale, run.LogScale, (a, b) => Math.Abs(a - b) < 1e-12);
        }
    }

    [Fact]
    public void What_is_in_no_group_has_the_engines_optimizer_and_clips_together()
    {
        using var run = new Sample(
            Data,
            new SviSettings { Clip = GradientClip.ByNorm(0.5), Groups = [new ParameterGroup("mean", "model.mean")] },
            p => optim.SGD(p, 1));
        run.Svi.Step(run.Values);

        // Both are without a clip of their own: the bound is on the two together, as it is without groups.
        using var one = new Sample(Data, new SviSettings { Clip = GradientClip.ByNorm(0.5) }, p => optim.SGD(p, 1));
        one.Svi.Step(one.Values);
        Assert.Equal(one.Mean, run.Mean);
        Assert.Equal(one.LogScale, run.LogScale);
        Assert.Equal(0.5, Math.Sqrt(run.Mean.Concat(run.LogScale).Sum(x => x * x)), 5);
    }

    [Fact]
    public void A_set_is_named_by_pattern_site_module_or_condition()
    {
        using var run = new Run();
        run.Fit(1);
        (ParameterSet Set, string[] Names)[] cases =
        [
            ("model.*", ["model.decoder.bias", "model.decoder.weight", "model.logNoise"]),
            (ParameterSet.OfModel, ["model.decoder.bias", "model.decoder.weight", "model.logNoise"]),
            (ParameterSet.OfModules(run.Model.Decoder), ["model.decoder.bias", "model.decoder.weight"]),
            (ParameterSet.Named("model.log*", "*.decoder.bias"), ["model.decoder.bias", "model.logNoise"]),
            (ParameterSet.Where(name => name.EndsWith("Noise", StringComparison.Ordinal)), ["model.logNoise"]),
        ];
        var all = NamedParameter.Of(new TrainedNetworks(run.Model, run.Guide, () => run.Svi.Objective));
        foreach (var (set, names) in cases)
            Assert.Equal(names, set.Of(all, "a test").Select(p => p.FullName).Order(StringComparer.Ordinal));
        var guide = all.Where(p => p.Owner == "guide").Select(p => p.FullName).ToList();
        Assert.NotEmpty(guide);
        Assert.Equal(guide, ParameterSet.OfGuide.Of(all, "a test").Select(p => p.FullName));
        Assert.Equal(guide, ParameterSet.OfSite("z").Of(all, "a test").Select(p => p.FullName));
    }

    [Fact]
    public void Groups_that_cannot_be_are_refused_by_name()
    {
        Assert.Equal(
            "parameter 'logNoise' of the model is in the groups 'a' and 'b': an optimizer each would update it twice.",
            Refusal(new ParameterGroup("a", "*Noise"), new ParameterGroup("b", "model.*")));
        Assert.StartsWith("group 'a' means no parameter (model.encoder.*): there are model.", Refusal(new ParameterGroup("a", "model.encoder.*")));
        Assert.Equal(
            "settings.Groups: 'a' is the name of two groups.", Refusal(new ParameterGroup("a", "model.*"), new ParameterGroup("a", "guide.*")));
        Assert.Equal(
            "settings.Groups: 'rest' is the name of the parameters without a group.", Refusal(new ParameterGroup("rest", "model.*")));
        Assert.Throws<ArgumentException>(() => new Run(settings: new SviSettings { Groups = [new ParameterGroup("", "model.*")] }));
        Assert.Throws<ArgumentException>(() => ParameterSet.Named());
        Assert.Throws<ArgumentException>(() => ParameterSet.Named(""));
        Assert.Throws<ArgumentException>(() => ParameterSet.OfModules());
        Assert.Throws<ArgumentException>(() => ParameterSet.OfSite(""));

        List<Parameter>? all = null;
        var greedy = new ParameterGroup("a", "model.*") { Optimizer = p => optim.SGD(all!, 0.1) };
        using var run = new Run(settings: new SviSettings { Groups = [greedy] });
        all = [.. run.Model.parameters()];
        using (var other = new Run())
        {
            other.Fit(1);
            Assert.Contains("of neither", Message(run, [.. other.Model.parameters()]), StringComparison.Ordinal);
        }

        using var frozen = new Run(settings: new SviSettings { Groups = [new ParameterGroup("a", "*Noise")] });
        frozen.Model.LogNoise.requires_grad = false;
        Assert.Equal(
            "no parameter of group 'a' requires a gradient: there is nothing to train in it.",
            Assert.Throws<PplArgumentException>(() => frozen.Fit(1)).Message);

        string Message(Run target, List<Parameter> parameters)
        {
            all = parameters;
            return Assert.Throws<PplArgumentException>(() => target.Fit(1)).Message;
        }
    }

    [Fact]
    public void An_optimizer_with_another_groups_parameters_is_refused()
    {
        Run? run = null;
        using var made = new Run(settings: new SviSettings
        {
            Groups = [new ParameterGroup("decoder", "model.decoder.*") { Optimizer = _ => optim.SGD([run!.Model.LogNoise], 0.1) }],
        });
        run = made;
        Assert.Equal(
            "the optimizer SGD of group 'decoder' has the parameter 'logNoise' of the model of another group: pass on those that it is given.",
            Assert.Throws<PplArgumentException>(() => run.Fit(1)).Message);
    }

    /// <summary>Elementwise rules do not know of groups.</summary>
    [Fact]
    public void Groups_alone_change_no_bit()
    {
        using var one = new Run();
        one.Fit(3);
        using var several = new Run(settings: new SviSettings { Groups = [new("a", "model.*"), new("b", "guide.*")] });
        several.Fit(3);
        Assert.Equal(one.Parameters(), several.Parameters());
        Assert.Equal(one.Recorder.Steps.Select(s => s.Bound), several.Recorder.Steps.Select(s => s.Bound));
    }

    [Fact]
    public void Groups_follow_parameters_that_move()
    {
        using var run = new Run(settings: new SviSettings
        {
            Groups = [new("decoder", "model.decoder.*") { Optimizer = p => optim.SGD(p, 1e-3, momentum: 0.9) }],
        });
        run.Fit(1);
        run.Model.to(ScalarType.Float32);
        run.Guide.to(ScalarType.Float32);
        using var values = run.Values.to(ScalarType.Float32);
        run.Svi.Step(values);
        Assert.StartsWith("parameters were replaced after step 4: decoder: SGD of 2, rest: Adam of ", run.Recorder.Messages[^1]);
        Assert.Matches(@" state kept for (\d+) of \1 parameters$", run.Recorder.Messages[^1]);
    }

    private static string Refusal(params ParameterGroup[] groups) => Assert.Throws<PplArgumentException>(() =>
    {
        using var run = new Run(settings: new SviSettings { Groups = groups });
        run.Fit(1);
    }).Message;
}

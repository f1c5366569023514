using Ppl.Inference.Tests.EndToEnd;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Training;

/// <summary>Steps that train some of the parameters in turn, and parameters that are frozen.</summary>
public sealed class PhaseTests
{
    /// <summary>
    /// Generalised EM (Neal and Hinton 1998): E-steps raise the bound in the guide, M-steps in the model. The maximum of the likelihood is known
    /// in closed form (Tipping and Bishop 1999).
    /// </summary>
    [Fact]
    public void Generalised_em_reaches_the_closed_form_of_probabilistic_pca()
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(300);
        using var seed = manual_seed(5);
        using var model = new LinearGaussian(2, 5);
        using var guide = model.CreateGuide();
        using var svi = new Svi(model, guide, Objective.Elbo(particles: 4), p => optim.Adam(p, lr: 0.05), new SviSettings
        {
            Reporter = ITrainingReporter.Quiet,
            Phases = [new("E", 2, "guide.*"), new("M", 1, "model.*")],
            Schedule = optimizer => optim.lr_scheduler.ExponentialLR(optimizer, gamma: 0.9985),
            ScheduleUnit = ScheduleUnit.Step,
        });
        for (var step = 0; step < 4000; step++) svi.Step(x);
        Assert.InRange(Ppca.MaximumLogLikelihood(x, 2) - Ppca.Evidence(model, x).mean().item<double>(), 0, 0.01);
    }

    [Fact]
    public void A_phase_trains_its_parameters_and_leaves_the_others_to_the_bit()
    {
        using var run = new Run(settings: new SviSettings { Phases = [new("E", 2, "guide.*"), new("M", 1, "model.*")] });
        run.Svi.Step(run.Values);
        for (var step = 1L; step < 7; step++)
        {
            var (model, guide) = (Bits(run.Model), Bits(run.Guide));
            Assert.Equal(step % 3 == 2 ? "M" : "E", run.Svi.Phase);
            run.Svi.Step(run.Values);
            Assert.Equal(step % 3 != 2, model.SequenceEqual(Bits(run.Model)));
            Assert.Equal(step % 3 == 2, guide.SequenceEqual(Bits(run.Guide)));
        }
    }

    /// <summary>The first step of the model after steps of the guide alone is Adam's first step: nothing was remembered meanwhile.</summary>
    [Fact]
    public void What_a_phase_leaves_is_as_if_its_steps_had_not_been()
    {
        SviSettings settings = new() { Phases = [new("E", 3, "guide.*"), new("M", 1, "model.*")] };
        using var run = new Run(optimizer: p => optim.Adam(p, 0.01), settings: settings);
        for (var step = 0; step < 3; step++) run.Svi.Step(run.Values);
        var before = Bits(run.Model);
        run.Svi.Step(run.Values);
        Assert.All(before.Zip(Bits(run.Model)), pair => Assert.Equal(0.01, Math.Abs(pair.First - pair.Second), 6));
    }

    [Fact]
    public void A_phase_may_have_its_own_objective()
    {
        using var run = new Run(settings: new SviSettings
        {
            Phases = [new("sleep", 1, "guide.*") { Objective = Objective.Iwae(20) }, new("wake", 1, "model.*")],
        });
        run.Fit(2);
        using var elbo = new Run();
        elbo.Fit(1);
        using var iwae = new Run(objective: Objective.Iwae(20));
        iwae.Fit(1);
        Assert.Equal(iwae.Recorder.Steps[0].Bound, run.Recorder.Steps[0].Bound);
        Assert.NotEqual(elbo.Recorder.Steps[0].Bound, run.Recorder.Steps[0].Bound);
        Assert.Equal(["sleep", "wake", "sleep", "wake"], run.Recorder.Steps.Take(4).Select(step => step.Phase));
        Assert.All(elbo.Recorder.Steps, step => Assert.Null(step.Phase));
    }

    [Fact]
    public void Phases_that_cannot_be_are_refused_by_name()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Run(settings: new SviSettings { Phases = [new("E", 0, "guide.*")] }));
        Assert.Throws<ArgumentException>(() => new Run(settings: new SviSettings { Phases = [new("", 1, "guide.*")] }));
        using var nothing = new Run(settings: new SviSettings { Phases = [new("E", 1, "guide.y.*")] });
        Assert.StartsWith(
            "phase 'E' means no parameter (guide.y.*): there are guide.", Assert.Throws<PplArgumentException>(() => nothing.Fit(1)).Message);
    }

    [Fact]
    public void What_no_phase_trains_is_told()
    {
        using var run = new Run(settings: new SviSettings { Phases = [new("all", 1, ParameterSet.Named("guide.*", "model.decoder.*"))] });
        var before = run.Model.LogNoise.item<double>();
        run.Fit(1);
        Assert.Equal(before, run.Model.LogNoise.item<double>());
        Assert.Contains("no phase trains model.logNoise", run.Recorder.Messages);
    }

    [Fact]
    public void Frozen_parameters_stay_for_as_many_steps_as_told()
    {
        using var run = new Run();
        run.Svi.Freeze("model.decoder.*", steps: 2);
        for (var step = 0; step < 4; step++)
        {
            var before = Bits(run.Model.Decoder);
            run.Svi.Step(run.Values);
            Assert.Equal(step < 2, before.SequenceEqual(Bits(run.Model.Decoder)));
        }
    }

    [Fact]
    public void Frozen_parameters_stay_until_they_are_told()
    {
        using var run = new Run();
        run.Svi.Step(run.Values);
        run.Svi.Freeze(ParameterSet.OfGuide);
        var before = Bits(run.Guide);
        for (var step = 0; step < 3; step++) run.Svi.Step(run.Values);
        Assert.Equal(before, Bits(run.Guide));
        run.Svi.Unfreeze(ParameterSet.OfSite("z"));
        run.Svi.Step(run.Values);
        Assert.NotEqual(before, Bits(run.Guide));
    }

    /// <summary>The frozen ones' gradients are neither counted nor clipped with the others.</summary>
    [Fact]
    public void The_norm_is_that_of_what_is_trained()
    {
        using var run = new Sample([1, 2, 3, 5, 7, 9]);
        run.Svi.Freeze("model.logScale");
        run.Svi.Step(run.Values);
        Assert.Equal(Math.Sqrt((3 * 3) + (4.5 * 4.5) + (6 * 6)), run.Svi.GradientNorm!.Value, 12);
        Assert.Equal([0, 0, 0], run.LogScale);
    }

    [Fact]
    public void A_step_that_would_train_nothing_is_refused()
    {
        using var run = new Run(settings: new SviSettings { Phases = [new("E", 1, "guide.*"), new("M", 1, "model.*")] });
        run.Svi.Step(run.Values);
        run.Svi.Freeze("model.*");
        Assert.Equal(
            "step 2 would train nothing: every parameter of its phase 'M' is frozen; see Svi.Unfreeze.",
            Assert.Throws<PplArgumentException>(() => run.Svi.Step(run.Values)).Message);
        run.Svi.Unfreeze("model.logNoise");
        run.Svi.Step(run.Values);
        Assert.StartsWith("Freeze means no parameter (x): ", Assert.Throws<PplArgumentException>(() => run.Svi.Freeze("x")).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => run.Svi.Freeze("model.*", steps: 0));
    }

    /// <summary>Before the first step a name is not known to be wrong; at the step it is said, once, and another can be given.</summary>
    [Fact]
    public void A_wrong_name_before_the_first_step_is_told_and_forgotten()
    {
        using var run = new Sample([1, 2, 3, 5, 7, 9]);
        run.Svi.Freeze("model.logScales");
        run.Svi.Freeze("model.logScale");
        var told = Assert.Throws<PplArgumentException>(() => run.Svi.Step(run.Values)).Message;
        Assert.StartsWith("Freeze means no parameter (model.logScales): there are model.", told, StringComparison.Ordinal);
        Assert.DoesNotContain("guide.", told, StringComparison.Ordinal);
        run.Svi.Step(run.Values);
        Assert.Equal([0, 0, 0], run.LogScale);
    }

    private static double[] Bits(nn.Module module) => [.. module.parameters().SelectMany(p => p.detach().data<double>().ToArray())];
}

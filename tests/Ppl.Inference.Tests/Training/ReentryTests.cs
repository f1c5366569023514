using Ppl.Contracts;
using Ppl.Data;
using Ppl.Inference.Tests.EndToEnd;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Training;

/// <summary>A callback calls the engine that calls it: it is refused by name, or the fit goes on as if nothing had been.</summary>
public sealed class ReentryTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Dataset heldOut = Dataset.From(Ppca.Data(20, seed: 9));

    public enum At
    {
        FitBegin,
        StepBegin,
        Gradient,
        StepEnd,
        HeldOut,
        EpochEnd,
        FitEnd,
    }

    public static TheoryData<string, At> Calls
    {
        get
        {
            var calls = new TheoryData<string, At>();
            foreach (var member in new[] { "Step", "Fit", "Save", "Restore", "SwitchObjective", "Objective" })
            {
                foreach (var at in Enum.GetValues<At>()) calls.Add(member, at);
            }

            return calls;
        }
    }

    public void Dispose()
    {
        (heldOut as IDisposable)?.Dispose();
        folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public void A_call_from_a_callback_is_refused_by_name_or_changes_nothing_by_itself(string member, At at)
    {
        var path = folder.File("other.ckpt");
        using (var other = new Run())
        {
            other.Svi.Fit(heldOut, 1, 8);
            other.Svi.Save(path);
        }

        using var plain = new Run();
        var expected = Fit(plain);
        using var run = new Run();
        var caller = new Caller(at, svi => Call(svi, member, run, path));
        var found = Fit(run, caller);
        if (at is At.StepBegin or At.Gradient)
        {
            var name = member == "Objective" ? "SwitchObjective" : member;
            Refused($"step {caller.Steps + 1} of this engine is running: {name} cannot be called before its update is made.");
        }
        else if (member is "Step" or "Fit" or "Restore")
        {
            Refused($"a fit of this engine is running: {member} cannot be called before it has ended.");
        }
        else
        {
            Assert.Null(caller.Fault);
            if (member != "Save") Assert.Equal("IWAE", run.Svi.Objective.Name);
            else Same(plain, expected, run, found);
        }

        void Refused(string message)
        {
            Assert.Equal(message, Assert.IsType<PplArgumentException>(caller.Fault).Message);
            Same(plain, expected, run, found);
            Assert.Equal("ELBO", run.Svi.Objective.Name);
        }
    }

    /// <summary>The file of a save that is not refused is that of a run that stands there.</summary>
    [Theory]
    [InlineData(At.FitBegin)]
    [InlineData(At.StepEnd)]
    [InlineData(At.HeldOut)]
    [InlineData(At.EpochEnd)]
    public void A_checkpoint_that_a_callback_saves_goes_on_as_its_run(At at)
    {
        var path = folder.File("own.ckpt");
        using var run = new Run();
        var saver = new Caller(at, svi => svi.Save(path));
        Fit(run, saver);
        using var resumed = new Run();
        resumed.Svi.Restore(path);
        Assert.Equal(saver.Steps, resumed.Svi.Steps);
        resumed.Svi.Fit(resumed.Data, 2 - resumed.Svi.Epochs, 16, heldOut);
        Assert.Equal(run.Parameters(), resumed.Parameters());
    }

    [Theory]
    [InlineData(At.FitBegin)]
    [InlineData(At.StepBegin)]
    [InlineData(At.Gradient)]
    [InlineData(At.StepEnd)]
    [InlineData(At.EpochEnd)]
    public void A_callback_that_disposes_of_the_engine_ends_the_fit_by_name(At at)
    {
        using var run = new Run();
        Assert.Throws<ObjectDisposedException>(() => Fit(run, new Caller(at, svi => svi.Dispose()) { Swallow = false }));
        Assert.Null(run.Svi.LearningRate);
    }

    [Theory]
    [InlineData("Save", false)]
    [InlineData("Restore", false)]
    [InlineData("Step", false)]
    [InlineData("Save", true)]
    [InlineData("Restore", true)]
    public void A_callback_that_is_asked_for_its_state_or_given_it_cannot_call_back(string member, bool given)
    {
        var path = folder.File("own.ckpt");
        using var run = new Run();
        run.Fit(1);
        run.Svi.Save(path);
        void Act() => Call(run.Svi, member, run, path);
        var state = new StateCaller(given ? null : Act, given ? Act : null);
        var fault = Assert.Throws<PplArgumentException>(() => run.Fit(1, new FitOptions { Checkpoint = path, Callbacks = [state] }));
        var message = $"this engine is {(given ? "restoring" : "saving")} its state: {member} cannot be called before that is done.";
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_optimizer_cannot_be_made_by_restoring_again()
    {
        var path = folder.File("own.ckpt");
        using var run = new Run();
        Svi? svi = null;
        using var nested = svi = new Svi(
            run.Model,
            run.Guide,
            Objective.Elbo(),
            p =>
            {
                if (File.Exists(path)) svi!.Restore(path);
                return optim.Adam(p);
            },
            new SviSettings { Reporter = ITrainingReporter.Quiet });
        svi.Step(run.Values);
        svi.Save(path);
        var fault = Assert.Throws<PplArgumentException>(() => svi.Restore(path));
        Assert.Equal("this engine is restoring its state: Restore cannot be called before that is done.", fault.Message);
    }

    /// <summary>An objective whose optimizer cannot be made is not taken.</summary>
    [Fact]
    public void An_objective_that_is_refused_leaves_the_old_one()
    {
        var made = 0;
        using var run = new Run(optimizer: p => made++ > 0 ? throw new TimeZoneNotFoundException() : optim.Adam(p));
        run.Fit(1);
        Assert.Throws<TimeZoneNotFoundException>(() => run.Svi.SwitchObjective(Objective.Iwae(3), resetOptimizer: true));
        Assert.Equal("ELBO", run.Svi.Objective.Name);
    }

    /// <summary>Another thread needs torch's generator, which engines lend to each other step by step.</summary>
    [Theory]
    [InlineData(At.StepBegin)]
    [InlineData(At.Gradient)]
    [InlineData(At.StepEnd)]
    public void A_callback_may_wait_for_the_step_of_another_engine(At at)
    {
        using var plain = new Run();
        Fit(plain);
        using var run = new Run();
        using var other = new Run();
        other.Guide.Prepare(other.Guide.Batch(other.Values));

        // The limit ends the test where it waits for ever.
        var waiter = new Caller(at, _ => Assert.True(Task.Run(() => other.Svi.Step(other.Values).Dispose()).Wait(TimeSpan.FromSeconds(20))));
        Fit(run, waiter);
        Assert.Null(waiter.Fault);
        Assert.Equal(plain.Parameters(), run.Parameters());
        Assert.Equal(1, other.Svi.Steps);
    }

    private static void Call(Svi svi, string member, Run run, string path)
    {
        switch (member)
        {
            case "Step":
                svi.Step(run.Values);
                break;
            case "Fit":
                svi.Fit(run.Data, 0, 16);
                break;
            case "Save":
                svi.Save(path);
                break;
            case "Restore":
                svi.Restore(path);
                break;
            case "SwitchObjective":
                svi.SwitchObjective(Objective.Iwae(3));
                break;
            default:
                svi.Objective = Objective.Iwae(3);
                break;
        }
    }

    private static void Same(Run plain, FitResult expected, Run run, FitResult found)
    {
        Assert.Equal(plain.Parameters(), run.Parameters());
        Assert.Equal(expected.Epochs.Select(e => e.Training.Bound), found.Epochs.Select(e => e.Training.Bound));
        Assert.Equal((plain.Svi.Steps, plain.Svi.Epochs), (run.Svi.Steps, run.Svi.Epochs));
    }

    private FitResult Fit(Run run, params ITrainingCallback[] callbacks)
    {
        using var seed = manual_seed(43);
        return run.Svi.Fit(run.Data, 2, 16, heldOut, new FitOptions { HeldOutEverySteps = 3, Callbacks = callbacks });
    }

    /// <summary>Acts once: when two steps are done, or where that stage comes only once.</summary>
    private sealed class Caller(At at, Action<Svi> act) : ITrainingCallback
    {
        private bool done;

        public bool Swallow { get; init; } = true;

        public Exception? Fault { get; private set; }

        public long Steps { get; private set; }

        public void OnFitBegin(Svi svi, FitReport fit) => Act(svi, At.FitBegin);

        public void OnStepBegin(Svi svi, Batch batch) => Act(svi, At.StepBegin);

        public void OnGradient(Svi svi, ObjectiveResult result) => Act(svi, At.Gradient);

        public void OnStepEnd(Svi svi, StepReport step) => Act(svi, At.StepEnd);

        public void OnHeldOut(Svi svi, HeldOutReport report) => Act(svi, At.HeldOut);

        public void OnEpochEnd(Svi svi, EpochReport epoch) => Act(svi, At.EpochEnd);

        public void OnFitEnd(Svi svi, FitResult? result) => Act(svi, At.FitEnd);

        private void Act(Svi svi, At stage)
        {
            if (done || stage != at || (svi.Steps < 2 && at != At.FitBegin)) return;
            (done, Steps) = (true, svi.Steps);
            try
            {
                act(svi);
            }
            catch (Exception fault) when (Swallow)
            {
                Fault = fault;
            }
        }
    }

    private sealed class StateCaller(Action? onSave, Action? onLoad) : ITrainingCallback, ICheckpointedState
    {
        public string StateName => "caller";

        public System.Text.Json.JsonElement SaveState()
        {
            onSave?.Invoke();
            return System.Text.Json.JsonSerializer.SerializeToElement(0);
        }

        public void LoadState(System.Text.Json.JsonElement? state) => onLoad?.Invoke();
    }
}

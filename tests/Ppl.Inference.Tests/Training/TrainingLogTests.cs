using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ppl.Data;
using Ppl.Inference.Tests.EndToEnd;

namespace Ppl.Inference.Tests.Training;

public sealed class TrainingLogTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Dataset heldOut = Dataset.From(Ppca.Data(20, seed: 9));

    private string Csv => folder.File("log.csv");

    private string Json => folder.File("log.jsonl");

    public void Dispose()
    {
        (heldOut as IDisposable)?.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Rows_hold_what_callbacks_are_told()
    {
        using var run = new Run();
        var result = Fit(run, 2);
        var lines = File.ReadAllLines(Csv);
        Assert.Equal("step,event,epoch,objective,bound,KL z,log p(x),held_out,learning_rate,gradient_norm,objective_state,steps_per_second", lines[0]);
        var rows = lines[1..].Select(line => line.Split(',')).ToList();
        Assert.Equal(
            ["2 step 1", "3 held out 1", "4 step 1", "4 epoch 1", "6 step 2", "6 held out 2", "8 step 2", "8 epoch 2"],
            rows.Select(r => $"{r[0]} {r[1]} {r[2]}"));
        var last = result.Epochs[1];
        Assert.Equal([last.Training.Bound, .. last.Training.Parts.Select(p => p.Value), last.HeldOut!.Bound], rows[^1][4..8].Select(Number));
        Assert.Equal(run.Recorder.Steps[5].Bound, Number(rows[4][4]));
        Assert.Equal(run.Recorder.Steps[5].GradientNorm, Number(rows[4][9]));
        Assert.Equal("", rows[4][7]);
        Assert.Equal(1e-3, Number(rows[4][8]));

        // The same in JSON.
        var objects = File.ReadAllLines(Json).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(rows.Select(r => long.Parse(r[0], CultureInfo.InvariantCulture)), objects.Select(o => o.GetProperty("step").GetInt64()));
        Assert.Equal(rows.Select(r => Number(r[4])), objects.Select(o => o.GetProperty("bound").GetDouble()));
        Assert.Equal(rows.Select(r => r[1]), objects.Select(o => o.GetProperty("event").GetString()));
        Assert.Equal(Number(rows[^1][5]), objects[^1].GetProperty("parts").GetProperty("KL z").GetDouble());
        Assert.Equal(last.HeldOut.Bound, objects[^1].GetProperty("held_out").GetDouble());
        Assert.False(objects[4].TryGetProperty("held_out", out _));
    }

    /// <summary>A run that is killed has written lines after its last checkpoint, the last one in part; the resumed run writes them again.</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(7)]
    public void A_resumed_run_leaves_no_line_out_and_none_twice(int killedAt)
    {
        using (var whole = new Run()) Fit(whole, 4);
        var (csv, json) = (Lines(Csv), Lines(Json));

        var path = folder.File("run.ckpt");
        using (var killed = new Run())
            Assert.Throws<InvalidOperationException>(() => Fit(killed, 4, new FitOptions { Checkpoint = path, Callbacks = [new Kill(killedAt)] }));
        Assert.True(Lines(Csv).Count < csv.Count);
        foreach (var file in new[] { Csv, Json }) File.AppendAllText(file, File.ReadAllLines(file)[^1][..7]);
        using var resumed = new Run();
        resumed.Svi.Restore(path);
        Assert.Equal(4, resumed.Svi.Steps);
        Fit(resumed, 3);
        Assert.Equal(csv, Lines(Csv));
        Assert.Equal(json, Lines(Json));
    }

    /// <summary>A checkpoint of a callback's own may lie between an epoch's last step and its end: the resumed fit reports before any step.</summary>
    [Fact]
    public void A_run_resumed_at_the_last_step_of_an_epoch_writes_its_line()
    {
        using (var whole = new Run()) Fit(whole, 2);
        var (csv, json) = (Lines(Csv), Lines(Json));
        var path = folder.File("run.ckpt");
        using (var first = new Run()) Fit(first, 1, new FitOptions { Callbacks = [new SaveAt(4, path)] });
        using var resumed = new Run();
        resumed.Svi.Restore(path);
        Assert.Equal((4, 0), (resumed.Svi.Steps, resumed.Svi.Epochs));
        Fit(resumed, 2);
        Assert.Equal(csv.Count, Lines(Csv).Count);
        Assert.Equal(json.Count, Lines(Json).Count);
        var epochs = File.ReadAllLines(Csv).Select(line => line.Split(',')).Where(row => row[1] == "epoch").ToList();
        Assert.Equal(["1", "2"], epochs.Select(row => row[2]));
        Assert.True(double.IsFinite(Number(epochs[0][4])));
    }

    [Fact]
    public void A_second_fit_continues_the_file_and_a_new_run_begins_it_anew()
    {
        using (var whole = new Run()) Fit(whole, 4);
        var expected = Lines(Csv);
        using (var parts = new Run())
        {
            Fit(parts, 1);
            Assert.Equal(5, Lines(Csv).Count);
            Fit(parts, 3);
        }

        Assert.Equal(expected, Lines(Csv));
    }

    [Fact]
    public void A_file_that_is_no_log_is_left_alone()
    {
        using var run = new Run();
        foreach (var file in new[] { Csv, Json })
        {
            foreach (var text in new[] { "precious\ndata\n", "precious data without an end", "{\"step\": 3}\n" })
            {
                File.WriteAllText(file, text);
                var log = file == Csv ? (ITrainingCallback)new CsvLog(file) : new JsonLinesLog(file);
                var fault = Assert.Throws<IOException>(() => run.Fit(1, new FitOptions { Callbacks = [log] }));
                Assert.Contains(file, fault.Message, StringComparison.Ordinal);
                Assert.Contains("line 1", fault.Message, StringComparison.Ordinal);
                Assert.Equal(text, File.ReadAllText(file));
            }
        }

        Assert.Equal(0, run.Svi.Steps);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_log_of_another_model_is_refused(bool json)
    {
        using (var run = new Run()) Fit(run, 1);
        var path = json ? Json : Csv;
        var before = File.ReadAllText(path);
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var model = new SmallHierarchy();
        using var guide = model.CreateGuide();
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        using var data = Dataset.From(TorchSharp.torch.zeros(10, 64));
        TrainingLog log = json ? new JsonLinesLog(path) : new CsvLog(path);
        var fault = Assert.Throws<IOException>(() => svi.Fit(data, 1, 5, options: new FitOptions { Callbacks = [log] }));
        Assert.StartsWith($"log {path}: line 1 is not one of this log", fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(path));
    }

    /// <summary>The epoch's line has no parts then: the mean is of no rows under the new objective.</summary>
    [Fact]
    public void A_log_goes_on_after_an_objective_was_changed_behind_an_epochs_last_step()
    {
        using var run = new Run();
        run.Fit(1, new FitOptions { Callbacks = [new SwitchAt(4), new JsonLinesLog(Json)] });
        run.Fit(1, new FitOptions { Callbacks = [new JsonLinesLog(Json)] });
        Assert.Equal(2, File.ReadAllLines(Json).Length);
    }

    /// <summary>All of it in one cell: another objective, which a run may go on with, remembers other numbers.</summary>
    [Fact]
    public void What_an_objective_remembers_is_a_cell()
    {
        using var run = new Run();
        run.Svi.Objective = Objective.Constrained(0.5, rate: 0.1);
        var state = run.Fit(1, new FitOptions { Callbacks = [new CsvLog(Csv), new JsonLinesLog(Json)] }).ObjectiveState;
        run.Svi.Objective = Objective.Elbo();
        run.Fit(1, new FitOptions { Callbacks = [new CsvLog(Csv), new JsonLinesLog(Json)] });
        var (cells, objects) = (
            File.ReadAllLines(Csv).Select(line => line.Split(',')[^2]).ToList(),
            File.ReadAllLines(Json).Select(line => JsonDocument.Parse(line).RootElement).ToList());
        Assert.NotEqual(0, state[ObjectiveState.Multiplier]);
        Assert.Equal(["objective_state", string.Join(';', state.Select(pair => $"{pair.Key}={Text(pair.Value)}")), ""], cells);
        Assert.Equal(state[ObjectiveState.Multiplier], objects[0].GetProperty("objective_state").GetProperty("multiplier").GetDouble());
        Assert.False(objects[1].TryGetProperty("objective_state", out _));

        static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Sites_of_loops_have_a_column_each()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var model = new SmallLadder();
        using var guide = model.CreateGuide();
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        using var data = Dataset.From(TorchSharp.torch.zeros(10, 64));
        var result = svi.Fit(data, 1, 5, options: new FitOptions { Callbacks = [new CsvLog(Csv)] });
        var lines = File.ReadAllLines(Csv);
        Assert.Equal(result.Last!.Training.Parts.Select(p => p.Label), lines[0].Split(',')[5..9]);
        Assert.Equal(result.Last.Training.Parts.Select(p => p.Value), lines[1].Split(',')[5..9].Select(Number));
    }

    [Fact]
    public void Two_runs_cannot_write_one_log()
    {
        using var run = new Run();
        using var other = new Run();
        var fault = Assert.Throws<IOException>(() => run.Fit(2, new FitOptions { Callbacks = [new CsvLog(Csv), new Second(other, Csv)] }));
        Assert.Contains(Csv, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_outside_their_domains_are_refused_by_name()
    {
        Assert.Equal("everySteps", Assert.Throws<ArgumentOutOfRangeException>(() => new CsvLog(Csv, 0)).ParamName);
        Assert.Equal("path", Assert.Throws<ArgumentException>(() => new JsonLinesLog("")).ParamName);
        using var run = new Run();
        Assert.ThrowsAny<IOException>(() => run.Fit(1, new FitOptions { Callbacks = [new CsvLog(folder.File("no/such/log.csv"))] }));
    }

    private FitResult Fit(Run run, int epochs, FitOptions? options = null)
    {
        options ??= new FitOptions();
        using var seed = TorchSharp.torch.manual_seed(43);
        return run.Svi.Fit(run.Data, epochs, 16, heldOut, options with
        {
            HeldOutEverySteps = 3,
            Callbacks = [new CsvLog(Csv, everySteps: 2), new JsonLinesLog(Json, everySteps: 2), .. options.Callbacks],
        });
    }

    /// <summary>The lines without what the clock says.</summary>
    private static List<string> Lines(string path) =>
        [.. File.ReadAllLines(path).Select(line => Regex.Replace(line, "(\"steps_per_second\":[^,}]*)|(,[^,]*$)", ""))];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private sealed class Kill(int step) : ITrainingCallback
    {
        public void OnStepEnd(Svi svi, StepReport report)
        {
            if (report.Step == step) throw new InvalidOperationException("killed");
        }
    }

    private sealed class SwitchAt(int step) : ITrainingCallback
    {
        public void OnStepEnd(Svi svi, StepReport report)
        {
            if (report.Step == step) svi.Objective = Objective.Iwae(2);
        }
    }

    private sealed class SaveAt(int step, string path) : ITrainingCallback
    {
        public void OnStepEnd(Svi svi, StepReport report)
        {
            if (report.Step == step) svi.Save(path);
        }
    }

    private sealed class Second(Run other, string path) : ITrainingCallback
    {
        public void OnStepEnd(Svi svi, StepReport step) => other.Fit(1, new FitOptions { Callbacks = [new CsvLog(path)] });
    }
}

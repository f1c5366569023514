using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Ppl.Data;
using Ppl.Inference.Checkpoints;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Training;

/// <summary>Checkpoints with a right seal and a content that is none: refused by the field or the part, before anything is changed.</summary>
public sealed class CheckpointForgeryTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Run run = new();
    private readonly string path;

    public CheckpointForgeryTests()
    {
        path = folder.File("run.ckpt");
        using var written = new Run(recorder: new Recorder { StopAfter = 6 });
        written.Fit(2, new FitOptions { Checkpoint = path, Callbacks = [written.Recorder], Cancellation = written.Recorder.Stop.Token });
        run.Fit(1);
    }

    public void Dispose()
    {
        run.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("[]", "its manifest is array, expected an object")]
    [InlineData("null", "its manifest is null, expected an object")]
    [InlineData("7", "its manifest is number, expected an object")]
    [InlineData("", "its manifest cannot be read")]
    [InlineData("{}", "its format is '', expected 'Ppl checkpoint'")]
    [InlineData("{\"Format\": \"Ppl checkpoint\"}", "its version is ; this library reads 3")]
    [InlineData("{\"Format\": \"Ppl checkpoint\", \"Version\": 3}", "its manifest cannot be read")]
    [InlineData("{\"Format\": \"Ppl checkpoint\", \"Version\": 3, \"Version\": 3}", "its manifest cannot be read")]
    public void A_manifest_that_is_none_is_refused(string manifest, string problem)
    {
        Forge.Change(path, parts => parts["manifest.json"] = Encoding.UTF8.GetBytes(manifest));
        Refused(problem);
    }

    [Theory]
    [InlineData("Version", "1", "its version is 1; this library reads 3")]
    [InlineData("Version", "2", "its version is 2; this library reads 3")]
    [InlineData("Format", "\"other\"", "its format is 'other', expected 'Ppl checkpoint'")]
    [InlineData("Model", "null", "its manifest cannot be read")]
    [InlineData("Model", "\"\"", "Model: expected a name, found an empty text")]
    [InlineData("Model", "\"Other\"", "its model is Other, that of this run Ppl.Inference.Tests.EndToEnd.LinearGaussian")]
    [InlineData("Optimizer", "\"SGD\"", "its optimizer is SGD, that of this run Adam")]
    [InlineData("Unknown", "1", "its manifest cannot be read")]
    [InlineData("LearningRates", "[-0.5]", "LearningRates: expected rates of at least 0, found -0.5")]
    [InlineData("LearningRates", "[1e999]", "LearningRates: expected a finite number")]
    [InlineData("LearningRates", "[\"NaN\"]", "LearningRates: expected a finite number, found NaN")]
    [InlineData("LearningRates", "[]", "LearningRates: expected a rate for each group of parameters, found none")]
    [InlineData("LearningRates", "[0.001, 0.001]", "InitialLearningRates: expected 2 rates, found 1")]
    [InlineData("LearningRates", "[0.5]", "the learning rates of part 'optimizer.bin' are not those of its manifest")]
    [InlineData("Position.Step", "-1", "Position.Step: expected 0 to 1000000000000, found -1")]
    [InlineData("Position.Step", "9223372036854775807", "Position.Step: expected 0 to 1000000000000")]
    [InlineData("Position.Step", "1.5", "its manifest cannot be read")]
    [InlineData("Position.Epoch", "-1", "Position.Epoch: expected 0 to 6, found -1")]
    [InlineData("Position.Epoch", "7", "Position.Epoch: expected 0 to 6, found 7")]
    [InlineData("Position.Batch", "-1", "Position.Batch: expected 0 to 2147483647, found -1")]
    [InlineData("Position.Batch", "5", "Position.Batch: expected 1 to 4, found 5")]
    [InlineData("Position.Batch", "0", "Position.Source: expected null between epochs")]
    [InlineData("Position.Source", "null", "Position.Source: expected the data of the epoch in progress, found null")]
    [InlineData("Position.Source.BatchSize", "0", "Position.Source.BatchSize: expected 1 to 2147483647, found 0")]
    [InlineData("Position.Source.Data.Rows", "-50", "Position.Source.Data.Rows: expected 1 to 2147483647, found -50")]
    [InlineData("Position.Source.Data.Fingerprint", "\"zz\"", "Fingerprint: expected 64 hexadecimal digits, found 'zz'")]
    [InlineData("Position.Totals", "null", "its manifest cannot be read")]
    [InlineData("Position.Totals.Rows", "-1", "Position.Totals.Rows: expected 0 to 50, found -1")]
    [InlineData("Position.Totals.Rows", "0", "Position.Totals.Parts: expected no parts of no rows, found 2 parts")]
    [InlineData("Position.Totals.Bound", "1e999", "Position.Totals.Bound: expected a finite number")]
    [InlineData("Position.Totals.Parts", "[null]", "Position.Totals.Parts: expected parts, found null")]
    [InlineData("Position.Totals.Parts", "[]", "its epoch's totals have no parts of sites, which ELBO has")]
    [InlineData("Position.Totals.Parts.0.Site", "\"w\"", "its epoch's totals are of the sites w, x, those of the model are z, x")]
    [InlineData("ObjectiveState", "null", "its manifest cannot be read")]
    [InlineData("ObjectiveState", "{\"multiplier\": 1}", "its state of the objective is (multiplier), that of this run ()")]
    [InlineData("ObjectiveState", "{\"multiplier\": 1e999}", "ObjectiveState: expected a finite number")]
    [InlineData("Position.Totals.Bound", "\"NaN\"", "Position.Totals.Bound: expected a finite number, found NaN")]
    [InlineData("Columns", "[]", "it has 0 data columns, the model 1")]
    [InlineData("Columns.0", "null", "Columns[0]: expected a tensor, found null")]
    [InlineData("Columns.0.Name", "\"y\"", "its data column 0 is y, that of this run x")]
    [InlineData("Columns.0.Shape", "[6]", "its data column is x [6] Float64, that of this run x [5] Float64")]
    [InlineData("Columns.0.Shape", "[-5]", "Columns[0].Shape: expected sizes of a tensor, found [-5]")]
    [InlineData("Columns.0.Shape", "[4294967296, 4294967296, 4294967296]", "Columns[0].Shape: expected sizes of a tensor")]
    [InlineData("Columns.0.Shape", "null", "its manifest cannot be read")]
    [InlineData("Columns.0.Type", "\"Float99\"", "Columns[0].Type: expected a scalar type, found 'Float99'")]
    [InlineData("Columns.0.Type", "\"7\"", "Columns[0].Type: expected a scalar type, found '7'")]
    [InlineData("ModelState.2.Name", "\"decoder.weight\"", "ModelState[2].Name: expected a name of its own, found 'decoder.weight' again")]
    [InlineData("ModelState.1.Shape", "[7]", "tensor 1 of its model is")]
    [InlineData("GuideState", "[]", "tensor 0 of its guide is missing")]
    [InlineData("States", "{\"\": \"a\"}", "a name of States: expected a name, found an empty text")]
    [InlineData("Frozen", "[null]", "Frozen[0]: expected a parameter, found null")]
    [InlineData("Frozen", "[{\"Name\": \"\", \"Until\": 1}]", "Frozen[0].Name: expected a name, found an empty text")]
    [InlineData("Frozen", "[{\"Name\": \"a\", \"Until\": -1}]", "Frozen[0].Until: expected 0 to 9223372036854775807, found -1")]
    [InlineData("Frozen", "[{\"Name\": \"a\", \"Until\": 1}, {\"Name\": \"a\", \"Until\": 1}]", "Frozen[1].Name: expected a name of its own")]
    [InlineData("Average", "{\"Kind\": \"\", \"Count\": 1}", "Average.Kind: expected a name, found an empty text")]
    [InlineData("Average", "{\"Kind\": \"a\", \"Count\": 7}", "Average.Count: expected 0 to 6, found 7")]
    [InlineData("HighestBound", "7", "its manifest cannot be read")]
    [InlineData("HighestBound", "{}", "its manifest cannot be read")]
    [InlineData("HighestBound", "{\"Subject\": null, \"Best\": null, \"Waited\": 0}", "its manifest cannot be read")]
    [InlineData("HighestBound", "{\"Subject\": \"\", \"Best\": null, \"Waited\": -1}", "HighestBound.Waited: expected at least 0, found -1")]
    [InlineData("HighestBound", "{\"Subject\": \"\", \"Waited\": 0, \"Best\": {\"Bound\": \"NaN\", \"Step\": 4, \"Epoch\": 1, \"Checkpoint\": null}}",
        "HighestBound.Best.Bound: expected a number, found NaN")]
    [InlineData("HighestBound", "{\"Subject\": \"\", \"Waited\": 0, \"Best\": {\"Bound\": -1.5, \"Step\": -4, \"Epoch\": 1, \"Checkpoint\": null}}",
        "HighestBound.Best.Step: expected at least 0, found -4")]
    public void A_field_that_cannot_be_is_refused_by_its_name(string field, string value, string problem)
    {
        Forge.ChangeManifest(path, manifest =>
        {
            var steps = field.Split('.');
            var at = steps[..^1].Aggregate((JsonNode)manifest, (node, step) => node is JsonArray list ? list[int.Parse(step, null)]! : node[step]!);
            if (at is JsonArray array) array[int.Parse(steps[^1], null)] = JsonNode.Parse(value);
            else at[steps[^1]] = JsonNode.Parse(value);
        });
        Refused(problem);
    }

    /// <summary>A callback's state is the callback's own to judge: the fit that gives it names the callback and the state.</summary>
    [Theory]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28]")]
    [InlineData("{}")]
    [InlineData("{\"Subject\": \"\", \"Best\": null, \"Waited\": -1000}")]
    [InlineData("{\"Subject\": null, \"Best\": null, \"Waited\": 0}")]
    public void A_state_that_its_callback_cannot_take_is_refused_by_the_callbacks_name(string state)
    {
        Forge.ChangeManifest(path, manifest => manifest["States"] = new JsonObject { ["early stopping"] = JsonNode.Parse(state) });
        run.Svi.Restore(path);
        var before = Evidence.Of(run.Svi);
        var fault = Assert.Throws<PplArgumentException>(
            () => run.Svi.Fit(run.Data, 1, 16, run.Data, new FitOptions { Callbacks = [new EarlyStopping(3)] }));
        Assert.StartsWith("the callback 'early stopping' (EarlyStopping) cannot take its state ", fault.Message, StringComparison.Ordinal);
        Assert.EndsWith($" This engine was restored from {path}.", fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, Evidence.Of(run.Svi));
        Assert.Equal(2, run.Fit(1).Last!.Epoch);
    }

    /// <summary>A schedule is advanced once for each step: a trillion of them would take days.</summary>
    [Theory]
    [InlineData(ScheduleUnit.Step, "Position.Step is 1000000000000")]
    [InlineData(ScheduleUnit.Epoch, "Position.Epoch is 2000000000")]
    public void A_position_that_a_schedule_cannot_be_brought_to_is_refused(ScheduleUnit unit, string problem)
    {
        Forge.ChangeManifest(path, manifest =>
        {
            manifest["Position"]!["Step"] = 1_000_000_000_000;
            manifest["Position"]!["Epoch"] = 2_000_000_000;
        });
        using var scheduled = new Run(settings: new SviSettings { Schedule = o => optim.lr_scheduler.StepLR(o, 5), ScheduleUnit = unit });
        scheduled.Fit(1);
        var before = Evidence.Of(scheduled.Svi);
        var fault = Assert.Throws<CheckpointException>(() => scheduled.Svi.Restore(path));
        Assert.Equal(
            $"checkpoint {path}: its {problem}; a learning rate schedule is advanced as often, and 1000000000 times at most; nothing was changed",
            fault.Message);
        Assert.Equal(before, Evidence.Of(scheduled.Svi));

        // Without a schedule there is nothing to bring there.
        run.Svi.Restore(path);
        Assert.Equal(1_000_000_000_000, run.Svi.Steps);
    }

    /// <summary>Each part forged alone: what is read before it must not have been taken over.</summary>
    [Theory]
    [InlineData("random.bin", "part 'random.bin' does not fit: it is no state of a random generator")]
    [InlineData("model.bin", "part 'model.bin' does not fit: the number of its tensors is not this run's")]
    [InlineData("guide.bin", "part 'guide.bin' does not fit: the number of its tensors is not this run's")]
    [InlineData("optimizer.bin", "part 'optimizer.bin' does not fit")]
    public void A_part_of_other_bytes_is_refused(string part, string problem)
    {
        Forge.Change(path, parts => parts[part] = [.. parts[part].Select(_ => (byte)0x17)]);
        Refused(problem);
    }

    [Theory]
    [InlineData("random.bin", "part 'random.bin' has 5057 bytes, expected 5056")]
    [InlineData("model.bin", "part 'model.bin' has 176 bytes, expected 175")]
    [InlineData("guide.bin", "part 'guide.bin' has")]
    [InlineData("optimizer.bin", "part 'optimizer.bin' does not fit: it is longer than the state")]
    public void A_part_of_another_length_is_refused(string part, string problem)
    {
        Forge.Change(path, parts => parts[part] = [.. parts[part], 0]);
        Refused(problem);
    }

    [Theory]
    [InlineData("random.bin")]
    [InlineData("model.bin")]
    [InlineData("guide.bin")]
    [InlineData("optimizer.bin")]
    public void A_missing_part_is_refused(string part)
    {
        Forge.Change(path, parts => parts.Remove(part));
        Refused($"part '{part}' is missing");
    }

    [Fact]
    public void A_part_that_is_there_twice_is_refused()
    {
        var parts = Forge.Parts(path);
        Forge.Write(path, [.. parts, new("model.bin", parts["model.bin"])]);
        Refused("part 'model.bin' is there twice");
    }

    [Fact]
    public void A_tensor_of_another_name_or_shape_within_a_part_is_refused()
    {
        Forge.Change(path, parts =>
        {
            var at = parts["model.bin"].AsSpan().IndexOf("decoder.bias"u8);
            parts["model.bin"][at] = (byte)'D';
        });
        Refused("part 'model.bin' does not fit: the name, type or shape of 'decoder.bias' is not this run's");
    }

    /// <summary>A small archive of much that compresses well is refused by its directory; none of it is inflated.</summary>
    [Theory]
    [InlineData("model.bin")]
    [InlineData("manifest.json")]
    public void A_compressed_part_is_refused(string part)
    {
        var parts = Forge.Parts(path);
        parts[part] = new byte[100 << 20];
        Forge.Write(path, parts, CompressionLevel.Fastest);
        parts.Clear();
        Assert.InRange(new FileInfo(path).Length, 1, 10 << 20);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused("is compressed: this library stores parts as they are");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
    }

    [Fact]
    public void A_manifest_of_absurd_length_is_refused()
    {
        Forge.Change(path, parts => parts["manifest.json"] = new byte[17 << 20]);
        Refused("manifest.json has 17825792 bytes, expected at most 16777216");
    }

    /// <summary>
    /// The columns of a manifest size the encoders of a guide that has seen no data: 50 GB for its first layer, or 34 GB for the row.
    /// </summary>
    [Theory]
    [InlineData("[33554432]", "its encoder of z has a first layer of shape (400, 64), and data columns of 33554432 numbers")]
    [InlineData("[8589934592]", "a row of its data column 'x' has 8589934592 numbers, the most that a guide is sized from is 67108864")]
    public void Columns_larger_than_the_checkpoints_guide_are_refused(string shape, string problem)
    {
        using var scope = NewDisposeScope();
        using (var model = new EndToEnd.SmallVae())
        using (var guide = model.CreateGuide())
        using (var svi = new Svi(model, guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet }))
        {
            svi.Fit(Dataset.From(zeros(20, 64)), 1, 10);
            svi.Save(path);
        }

        Forge.ChangeManifest(path, manifest => manifest["Columns"]![0]!["Shape"] = JsonNode.Parse(shape));
        using var other = new EndToEnd.SmallVae();
        using var fresh = other.CreateGuide();
        using var resumed = new Svi(other, fresh, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        var before = Evidence.Of(resumed);
        Assert.Contains(problem, Assert.Throws<CheckpointException>(() => resumed.Restore(path)).Message, StringComparison.Ordinal);
        Assert.Equal(before, Evidence.Of(resumed));
    }

    /// <summary>A file of the first version: no comment, and a checksum of each part in the manifest.</summary>
    [Fact]
    public void A_file_of_the_first_version_is_refused_as_such()
    {
        File.Delete(path);
        using (var archive = ZipFile.Open(path, ZipArchiveMode.Create))
        using (var content = archive.CreateEntry("manifest.json", CompressionLevel.NoCompression).Open())
            content.Write("{ \"Format\": \"Ppl checkpoint\", \"Version\": 1, \"Model\": \"M\" }"u8);
        Refused("its version is 1; this library reads 3");
    }

    [Fact]
    public void A_file_without_its_seal_is_refused()
    {
        var bytes = File.ReadAllBytes(path);
        bytes.AsSpan(^64..).Fill((byte)' ');
        File.WriteAllBytes(path, bytes);
        Refused("the file is damaged: its checksum is not where it belongs");
    }

    private void Refused(string problem)
    {
        var before = Evidence.Of(run.Svi);
        var fault = Assert.Throws<CheckpointException>(() => run.Svi.Restore(path));
        Assert.Contains(problem, fault.Message, StringComparison.Ordinal);
        Assert.StartsWith($"checkpoint {path}: ", fault.Message, StringComparison.Ordinal);
        Assert.EndsWith("; nothing was changed", fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, Evidence.Of(run.Svi));
        Assert.Equal(2, run.Fit(1).Last!.Epoch);
    }
}

using Ppl.Examples.Systems;

namespace Ppl.Examples.Tests;

/// <summary>Each program of examples/Systems for a few steps on data that it draws.</summary>
public sealed class ProgramTests
{
    public static TheoryData<string> Names => [.. Catalogue.All.Select(program => program.Name)];

    public static TheoryData<string> NamesOfPublished =>
        [.. Catalogue.All.Where(program => program.Full is not null).Select(program => program.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_short_run_keeps_its_claims_and_leaves_its_result(string name)
    {
        using var folder = new TemporaryFolder();
        var program = Catalogue.All.Single(p => p.Name == name);
        var before = LiveTensors.Count;
        var result = program.Measure(new SystemRun(null, null, 0, folder.Path, IsSmoke: true));
        Assert.Equal(before, LiveTensors.Count);
        Assert.NotEmpty(result.Findings);
        Assert.All(result.Findings, finding => Assert.True(finding.Holds, $"{finding}"));

        var left = SystemResult.Read(folder.File(SystemResult.FileName));
        Assert.Equal(result.Findings, left.Findings);
        Assert.True(left.IsSmoke);
        Assert.All(left.Pictures, picture => Assert.True(File.Exists(folder.File(picture.File)), picture.File));
    }

    /// <summary>The published networks are there in a short run too, on a few images.</summary>
    [Theory]
    [MemberData(nameof(NamesOfPublished))]
    public void A_short_run_of_the_published_setting_keeps_its_claims(string name)
    {
        using var folder = new TemporaryFolder();
        var program = Catalogue.All.Single(p => p.Name == name);
        var run = new SystemRun(null, null, 0, folder.Path, IsSmoke: true);
        var own = program.Run(run);
        var result = program.Measure(run with { IsFull = true });
        Assert.NotEmpty(result.Findings);
        Assert.All(result.Findings, finding => Assert.True(finding.Holds, $"{finding}"));
        if (name != "iwae") Assert.NotEqual(own.Setting, result.Setting); // its own setting has the published networks, and no other words
        Assert.True(SystemResult.Read(folder.File(SystemResult.FileName)) is { IsFull: true, IsSmoke: true });
    }

    [Theory]
    [InlineData("--seeds 0", "--seeds must be at least 1, not 0")]
    [InlineData("--epochs -3", "--epochs must be at least 1, not -3")]
    [InlineData("--seed 9223372036854775807 --seeds 2", "--seed 9223372036854775807 has no 2 seeds from it on")]
    [InlineData("--seed 9223372036854775807 --seeds 1", null)]
    [InlineData("--seed -1 --full", null)]
    public void Numbers_that_mean_nothing_are_refused(string options, string? fault) => Assert.All(
        Catalogue.All, program => Assert.Equal(fault, program.Command().Parse(options).Errors.SingleOrDefault()?.Message));

    /// <summary>What the data are is said by the help, and what they are not before anything is trained.</summary>
    [Fact]
    public void Data_are_a_folder_or_a_text()
    {
        using var folder = new TemporaryFolder();
        var (file, none) = (folder.File("text.txt"), folder.File("none"));
        File.WriteAllText(file, "One line only.");
        SystemProgram sentences = Catalogue.All.Single(p => p.Name == "sentences"), ppca = Catalogue.All.Single(p => p.Name == "ppca");
        string Refused(SystemProgram program, string path) => Assert.ThrowsAny<Exception>(
            () => program.Measure(new SystemRun(path, null, 0, folder.File("out"), IsSmoke: true))).Message;
        Assert.Equal($"{file}: it is a file; --data of this program is a folder of data sets", Refused(ppca, file));
        Assert.Equal($"{none}: the data folder does not exist", Refused(ppca, none));
        Assert.StartsWith($"{folder.Path}: it has none of the folders mnist, binarized-mnist, ", Refused(ppca, folder.Path), StringComparison.Ordinal);
        Assert.Equal($"{none}: there is no such file", Refused(sentences, none));
        Assert.Equal(
            $"{file}: sentences of 2 to 15 words are learnt, to the next full stop, question or exclamation mark or empty line; at least 20 are "
            + "needed, found 1.",
            Refused(sentences, file));
        Assert.StartsWith("a text, ", sentences.Command().Options.Single(o => o.Name == "--data").Description, StringComparison.Ordinal);
        Assert.StartsWith("folder of the data sets", ppca.Command().Options.Single(o => o.Name == "--data").Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, false, 1, 1)]
    [InlineData(true, false, 2, 2)]
    [InlineData(false, true, 3, 3)]
    [InlineData(true, true, 3, 2)]
    public void A_short_run_of_the_published_setting_has_its_sizes_and_not_its_budget(bool isSmoke, bool isFull, int size, int budget)
    {
        var run = new SystemRun(null, null, 0, "", isSmoke) { IsFull = isFull };
        Assert.Equal((size, budget, budget), (run.Size(1, 2, 3), run.Of(1, 2, 3), run.EpochsOr(1, 2, 3)));
        Assert.Equal(7, (run with { Epochs = 7 }).EpochsOr(1, 2, 3));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_interrupted_run_leaves_no_result(string name)
    {
        using var folder = new TemporaryFolder();
        var program = Catalogue.All.Single(p => p.Name == name);
        var run = new SystemRun(null, null, 0, folder.Path, IsSmoke: true, new CancellationToken(canceled: true));

        // Not that of an earlier run either: the pictures may be of this one.
        new SystemResult("A setting.", [], [], []).Write(folder.File(SystemResult.FileName));
        Assert.ThrowsAny<OperationCanceledException>(() => program.Measure(run));
        Assert.False(File.Exists(folder.File(SystemResult.FileName)));
    }

}

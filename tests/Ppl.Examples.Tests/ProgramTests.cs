using Ppl.Examples.Systems;

namespace Ppl.Examples.Tests;

/// <summary>Each program of examples/Systems for a few steps on data that it draws.</summary>
public sealed class ProgramTests
{
    public static TheoryData<string> Names => [.. Catalogue.All.Select(program => program.Name)];

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
        Assert.All(left.Pictures.Where(picture => !IsOfLaterEpochs(picture)), picture => Assert.True(File.Exists(folder.File(picture.File)), picture.File));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_interrupted_run_leaves_no_result(string name)
    {
        using var folder = new TemporaryFolder();
        var program = Catalogue.All.Single(p => p.Name == name);
        var run = new SystemRun(null, null, 0, folder.Path, IsSmoke: true, new CancellationToken(canceled: true));
        Assert.ThrowsAny<OperationCanceledException>(() => program.Measure(run));
        Assert.False(File.Exists(folder.File(SystemResult.FileName)));
    }

    // A short run has one epoch.
    private static bool IsOfLaterEpochs(ResultPicture picture) => picture.File is "samples-epoch05.png" or "samples-epoch10.png";
}

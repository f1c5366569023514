extern alias density;
using density::Ppl.Examples.Density;

namespace Ppl.EndToEnd.Tests.Flows;

/// <summary>Short runs of examples/Density keep their claims.</summary>
public sealed class DensityExampleTests
{
    [Theory]
    [InlineData(DataSet.Moons)]
    [InlineData(DataSet.Table)]
    public void A_short_run_keeps_its_claims(DataSet set)
    {
        using var folder = new TemporaryFolder();
        var findings = Estimation.Run(new Options { Set = set, Out = folder.Path, Smoke = true });
        Assert.Contains(findings, finding => finding.Most is not null);
        Assert.All(findings, finding => Assert.True(finding.Holds, $"{finding}"));
        Assert.Equal(set == DataSet.Moons, File.Exists(Path.Combine(folder.Path, "density.png")));
    }
}

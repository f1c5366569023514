namespace Ppl.Inference.Tests.Training;

public sealed class TextReporterTests
{
    [Fact]
    public void Redirected_output_is_one_plain_line_for_each_epoch()
    {
        using var lines = new StringWriter();
        using var run = new Run();
        using var svi = new Svi(run.Model, run.Guide, Objective.Iwae(5), settings: new SviSettings { Reporter = new TextReporter(lines) });
        svi.Fit(run.Data, epochs: 2, batchSize: 20, heldOut: run.Data);
        var text = lines.ToString().ReplaceLineEndings("\n").TrimEnd().Split('\n');
        Assert.Equal(3, text.Length);
        Assert.Equal("IWAE(5): epochs 1 to 2, 3 steps each, 40 parameters", text[0]);
        Assert.Matches(@"^epoch 1/2  IWAE -\d+\.\d\d  KL z \d+\.\d\d  log p\(x\) -\d+\.\d\d  held out -\d+\.\d\d  \d+\.\d steps/s$", text[1]);
        Assert.StartsWith("epoch 2/2  IWAE", text[2], StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', lines.ToString());
    }
}

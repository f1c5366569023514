using Ppl.Generators.Tests.Harness;

namespace Ppl.Generators.Tests;

public class CompileTests
{
    [Theory]
    [InlineData("Vae")]
    [InlineData("Hierarchy")]
    public void Good_models_compile_without_warnings(string name)
    {
        var run = GeneratorHarness.RunGood(name);
        Assert.NotEmpty(run.Files.Single().SourceText.ToString());
        if (Environment.GetEnvironmentVariable("PPL_DUMP") is { } folder) File.WriteAllText(Path.Combine(folder, name + ".g.cs"), run.Files[0].SourceText.ToString());
    }
}

using Ppl.Generators.Tests.Harness;

namespace Ppl.Generators.Tests;

/// <summary>Models that call others.</summary>
public class SubmodelTests
{
    [Fact]
    public void Dump()
    {
        var run = GeneratorHarness.Run(GeneratorHarness.ReadModel("good/Composed.cs"), "Composed.cs");
        foreach (var file in run.Files) File.WriteAllText("/tmp/calls/" + file.HintName, file.SourceText.ToString());
        File.WriteAllLines("/tmp/calls/diag.txt", run.Diagnostics.Select(d => d.ToString()).Concat(run.Compile().Select(d => d.ToString())));
        File.WriteAllText("/tmp/calls/plans.txt", string.Join("\n\n", run.Plans.Select(p => p.Model.ToText() + p.ToText())));
    }
}

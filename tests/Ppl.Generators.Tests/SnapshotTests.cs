using Ppl.Generators.Analysis;
using Ppl.Generators.Tests.Harness;

namespace Ppl.Generators.Tests;

/// <summary>What each pass says of small models, and the code that comes of it. The order of everything is the generator's own.</summary>
public class SnapshotTests
{
    [Fact]
    public Task Vae_code() => Verifier.Verify(Code("Vae"), "cs");

    [Fact]
    public Task Hierarchy_code() => Verifier.Verify(Code("Hierarchy"), "cs");

    [Fact]
    public Task Ladder_code() => Verifier.Verify(Code("Ladder"), "cs");

    [Fact]
    public Task Partial_code() => Verifier.Verify(Code("Partial"), "cs");

    [Fact]
    public Task Partial_passes() => Verifier.Verify(Passes("Partial"), "txt");

    [Fact]
    public Task Records_code() => Verifier.Verify(Code("Records"), "cs");

    [Fact]
    public Task Records_passes() => Verifier.Verify(Passes("Records"), "txt");

    [Fact]
    public Task Fallback_code() =>
        Verifier.Verify(GeneratorHarness.Run(GeneratorHarness.ReadModel("bad/PPL0019_NotReparameterized.cs"), "Example.cs").Files.Single().SourceText.ToString(), "cs");

    [Fact]
    public Task Vae_passes() => Verifier.Verify(Passes("Vae"), "txt");

    [Fact]
    public Task Likelihood_code() => Verifier.Verify(Code("Likelihood"), "cs");

    [Fact]
    public Task Cvae_passes() => Verifier.Verify(Passes("Cvae"), "txt");

    [Fact]
    public Task Hierarchy_passes() => Verifier.Verify(Passes("Hierarchy"), "txt");

    [Fact]
    public Task ThreeLayers_passes() => Verifier.Verify(Passes("ThreeLayers"), "txt");

    [Fact]
    public Task Branches_passes() => Verifier.Verify(Passes("Branches"), "txt");

    [Fact]
    public Task Locals_passes() => Verifier.Verify(Passes("Locals"), "txt");

    [Fact]
    public Task Ladder_passes() => Verifier.Verify(Passes("Ladder"), "txt");

    [Fact]
    public Task Series_passes() => Verifier.Verify(Passes("Series"), "txt");

    [Fact]
    public Task StateSpace_code() => Verifier.Verify(Code("StateSpace"), "cs");

    [Fact]
    public Task StateSpace_passes() => Verifier.Verify(Passes("StateSpace"), "txt");

    [Fact]
    public Task Lattice_code() => Verifier.Verify(Code("Lattice"), "cs");

    [Fact]
    public Task Lattice_passes() => Verifier.Verify(Passes("Lattice"), "txt");

    [Fact]
    public Task Gauges_code() => Verifier.Verify(Code("Gauges"), "cs");

    [Fact]
    public Task Gauges_passes() => Verifier.Verify(Passes("Gauges"), "txt");

    [Fact]
    public Task TwoLengths_passes() => Verifier.Verify(Passes("TwoLengths"), "txt");

    [Fact]
    public Task FixedLoop_passes() => Verifier.Verify(Passes("FixedLoop"), "txt");

    [Fact]
    public Task TopDown_passes() => Verifier.Verify(Passes("TopDown"), "txt");

    [Fact]
    public Task MeanField_passes() => Verifier.Verify(Passes("MeanField"), "txt");

    [Fact]
    public Task Scopes_passes() => Verifier.Verify(Passes("Scopes"), "txt");

    [Fact]
    public Task Choices_code() => Verifier.Verify(Code("Choices"), "cs");

    [Fact]
    public Task Choices_passes() => Verifier.Verify(Passes("Choices"), "txt");

    [Fact]
    public Task Rounds_passes() => Verifier.Verify(Passes("Rounds"), "txt");

    private static string Code(string model) => GeneratorHarness.RunGood(model).Files.Single().SourceText.ToString();

    private static string Passes(string model)
    {
        var plan = GeneratorHarness.RunGood(model).Plan;
        var program = plan.Program;
        var graph = DependencyGraph.Build(program, 4)!;
        var inverse = GuideGraph.Of(program, graph);
        return $"""
            == spec
            {plan.Model.ToText()}
            == graph{(program.Lengths.Count == 0 ? "" : " at length 4")}
            {graph.ToText()}
            == inverse
            {inverse.ToText(graph)}
            == gradients
            {GradientReach.Of(program, graph).ToText(program)}
            == divergences
            {KlChoice.Of(program, graph, inverse).ToText(program)}
            == plan
            {plan.ToText()}
            """;
    }
}

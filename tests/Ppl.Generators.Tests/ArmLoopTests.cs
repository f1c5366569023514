using Ppl.Generators.Tests.Harness;

namespace Ppl.Generators.Tests;

/// <summary>Loops in exclusive arms of a branch: what each arm draws or observes by itself is drawn or observed once.</summary>
public class ArmLoopTests
{
    private const string Grid = """
        var h = new Tensor[2, 3];
        for (var l = 0; l < 2; l++)
        {
            if (deep)
            {
                for (var t = 0; t < 3; t++) h[l, t] = Sample(Normal(0, 1).Expand(2));
            }
            else
            {
                for (var s = 0; s < 3; s++) h[l, s] = Sample(Normal(1, 2).Expand(2));
            }
        }

        Observe(x, Normal(h[0, 0] + h[1, 2], 1));
        """;

    private const string Slices = """
        var z = Sample(Normal(0, 1).Expand(2));
        if (deep)
        {
            for (var t = 0; t < 3; t++) Observe(x[.., t], Normal(z, 1));
        }
        else
        {
            for (var s = 0; s < 3; s++) Observe(x[.., s], Normal(-z, 2));
        }
        """;

    private const string Open = """
        var z = Sample(Normal(0, 1).Expand(2));
        if (deep)
        {
            for (var t = 0; t < count; t++) Observe(x[.., t], Normal(z, 1));
        }
        else
        {
            Observe(x[.., 0], Normal(-z, 2));
            for (var s = 1; s < count; s++) Observe(x[.., s], Normal(-z, 3));
        }
        """;

    [Theory]
    [InlineData(Grid)]
    [InlineData(Slices)]
    [InlineData(Open)]
    public void Each_arm_may_have_loops_of_its_own(string statements)
    {
        var run = Run(statements);
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.Compile());
    }

    /// <summary>Arms that each round decides anew are both taken in some run: an element is drawn in two rounds, whatever the arms' loops.</summary>
    [Theory]
    [InlineData(
        "PPL0066",
        "var h = new Tensor[3]; for (var l = 0; l < 2; l++) { if (l == start) { for (var t = 0; t < 3; t++) h[t] = Sample(Normal(0, 1).Expand(2)); } "
            + "else { for (var s = 0; s < 3; s++) h[s] = Sample(Normal(1, 2).Expand(2)); } } Observe(x, Normal(h[0], 1));")]
    [InlineData(
        "PPL0122",
        "var z = Sample(Normal(0, 1).Expand(2)); for (var l = 0; l < 2; l++) { if (l == start) { for (var t = 0; t < 3; t++) Observe(x[.., t], Normal(z, 1)); } "
            + "else { for (var s = 0; s < 3; s++) Observe(x[.., s], Normal(-z, 2)); } }")]
    [InlineData(
        "PPL0122",
        "var z = Sample(Normal(0, 1).Expand(2)); if (deep) { for (var t = 0; t < 3; t++) Observe(x[.., t], Normal(z, 1)); } "
            + "else { for (var s = 0; s < 2; s++) { Observe(x[.., s], Normal(-z, 2)); Observe(x[.., s + 1], Normal(-z, 4)); } }")]
    public void What_one_run_does_twice_is_refused(string rule, string statements) =>
        Assert.Equal(rule, Assert.Single(Run(statements).Diagnostics).Id);

    private static GeneratorRun Run(string statements) => GeneratorHarness.Run($$"""
        using Ppl;
        using TorchSharp;
        using static TorchSharp.torch;

        public sealed partial class Arms : GenerativeModel
        {
            internal readonly bool deep = true;
            internal readonly int count = 3, start = 1;

            [Model]
            private void Generate(Tensor x)
            {
                using var data = Plate(x);
                {{statements}}
            }
        }
        """);
}

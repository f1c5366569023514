using Microsoft.CodeAnalysis;
using Ppl.Generators.Tests.Harness;

namespace Ppl.Generators.Tests;

/// <summary>The class around a model: whatever else it, its bases and its namespace hold.</summary>
public class HostTests
{
    private const string Usings = """
        using Ppl;
        using Ppl.Contracts;
        using Ppl.Distributions;
        using Ppl.Networks;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;

        """;

    private const string Members = """
        private readonly Module<Tensor, Tensor> net = Linear(2, 2);

            [Model]
            private void Generate(Tensor x)
            {
                using var data = Plate(x);
                var z = Sample(Normal(0, 1).Expand(2));
                Observe(x, Normal(net.call(z), 1));
            }
        """;

    /// <summary>Members of the user's that a generated one would like to have the name of.</summary>
    private const string Wanted = """
        protected double Draw, Terms, Infer, Sites, Ancestral, Density, Named, Flat, Folded, LoopLength;
        """;

    [Theory]
    [InlineData("public partial class Example : GenerativeModel {{ {0} }}")]
    [InlineData("namespace Some.Where {{ public partial class Example : GenerativeModel {{ {0} }} }}")]
    [InlineData("namespace Some.Where; public partial class Example : GenerativeModel {{ {0} }}")]
    [InlineData("public partial class Example<T> : GenerativeModel where T : class, new() {{ {0} }}")]
    [InlineData("public partial class Example<Draw, Sites> : GenerativeModel where Draw : Head {{ {0} }}")]
    [InlineData("public partial struct Outer {{ public partial class Example : GenerativeModel {{ {0} }} }}")]
    [InlineData("public partial record Outer<T> {{ internal partial class Example : GenerativeModel {{ {0} }} }}")]
    [InlineData("public partial record struct Outer {{ internal partial class Example : GenerativeModel {{ {0} }} }}")]
    [InlineData("public partial interface IOuter {{ public partial class Example : GenerativeModel {{ {0} }} }}")]
    [InlineData("public static partial class Sites {{ private partial class Draw : GenerativeModel {{ {0} }} }}")]
    [InlineData("public static partial class Guide {{ public static partial class Latents {{ private sealed partial class Example : GenerativeModel {{ {0} }} }} }}")]
    [InlineData("public partial class Example : GenerativeModel {{ {0} " + Wanted + " }}")]
    [InlineData("public partial class Example : GenerativeModel {{ {0} }} public partial class Example {{ " + Wanted + " }}")]
    [InlineData("public abstract class Above : GenerativeModel {{ " + Wanted + " }} public partial class Example : Above {{ {0} }}")]
    [InlineData("public abstract class Above<T> : GenerativeModel {{ " + Wanted + " }} public partial class Example : Above<int> {{ {0} }}")]
    [InlineData("public partial class Example : GenerativeModel {{ {0} }} public class Below : Example {{ private int Sites; public int Use() => Sites++; }}")]
    [InlineData("public partial class Example : GenerativeModel {{ {0} private class Inner : Example {{ public int Sites, Terms; }} }}")]
    [InlineData("public partial class Example : GenerativeModel {{ {0} public partial class Inner : GenerativeModel {{ {0} }} }}")]
    [InlineData("public partial class Example : GenerativeModel {{ {0} private static int Use() => Sites.Count + Draw.Count; }} " + Types)]
    [InlineData("public partial class Encoder : GenerativeModel {{ {0} }} public class Batch; public class Rows; public class SiteTerms; public class Tensors;")]
    [InlineData("public partial class Example : GenerativeModel {{ {0} private class Rows; private class Batch; private class Draws; private enum TermForm; private enum KlChoice; }}")]
    [InlineData("public partial class Draw : GenerativeModel {{ {0} }}")]
    [InlineData("public partial class Sites : GenerativeModel {{ {0} }}")]
    [InlineData("public partial class Normal : GenerativeModel {{ {0} }}")]
    [InlineData("public partial class Example : GenerativeModel {{ {0} private static int Simulated(Example owner) => 1; public int Posterior, Reconstruct, Steps; }}")]
    public void Models_compile_in_any_class(string host)
    {
        var source = Usings + string.Format(System.Globalization.CultureInfo.InvariantCulture, host, Members);
        Assert.Empty(Errors(GeneratorHarness.Run(source)));
        var faulty = GeneratorHarness.Run(source.Replace("var z", "while (training) return; var z", StringComparison.Ordinal));
        Assert.All(faulty.Diagnostics, d => Assert.Equal("PPL0047", d.Id));
        Assert.DoesNotContain(Errors(faulty), d => d.Id != "PPL0047");
    }

    private const string Types = "public static class Sites {{ public static int Count; }} public static class Draw {{ public static int Count; }}";

    [Fact]
    public void Models_whose_names_differ_in_case_alone_have_files_of_their_own()
    {
        var sources = new[] { "namespace A; public partial class Vae", "namespace A; public partial class VAE", "namespace a; public partial class Vae", "namespace A; public partial class Other" };
        var run = GeneratorHarness.Run(Microsoft.CodeAnalysis.CSharp.LanguageVersion.Preview,
            [.. sources.Select((s, i) => ($"{Usings}{s} : GenerativeModel {{ {Members} }}", $"Model{i}.cs"))]);
        Assert.Null(run.Result.Results[0].Exception);
        Assert.Empty(Errors(run));
        string[] expected = ["A.Other.Generate.g.cs", "A.VAE.Generate-0-2-3-4-6.g.cs", "A.Vae.Generate-0-2-6.g.cs", "a.Vae.Generate-2-6.g.cs"];
        Assert.Equal(expected, run.Files.Select(f => f.HintName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_model_that_loses_its_twin_gets_its_plain_name_back()
    {
        var first = GeneratorHarness.Parse($"{Usings}public partial class Vae : GenerativeModel {{ {Members} }}", "Vae.cs");
        var second = GeneratorHarness.Parse($"{Usings}public partial class VAE : GenerativeModel {{ {Members} }}", "VAE.cs");
        var (driver, both) = GeneratorHarness.Run(GeneratorHarness.Driver(), GeneratorHarness.Compilation(first, second));
        Assert.Equal(["VAE.Generate-0-1-2-4.g.cs", "Vae.Generate-0-4.g.cs"], both.Files.Select(f => f.HintName).Order(StringComparer.Ordinal));
        var (_, one) = GeneratorHarness.Run(driver, both.Input.RemoveSyntaxTrees(second));
        Assert.Equal(["Vae.Generate.g.cs"], one.Files.Select(f => f.HintName));
    }

    [Fact]
    public void A_model_may_be_the_implementing_part_of_a_partial_method()
    {
        var members = Members.Replace("private void", "private partial void", StringComparison.Ordinal);
        var source = Usings + "public partial class Example : GenerativeModel { private partial void Generate(Tensor x); }"
            + $"public partial class Example {{ {members} }}";
        Assert.Empty(Errors(GeneratorHarness.Run(source)));
    }

    [Fact]
    public void A_method_outside_every_class_does_not_stop_the_other_models()
    {
        var run = GeneratorHarness.Run($"{Usings}[Model] private void Lost(Tensor x) {{ }} public partial class Example : GenerativeModel {{ {Members} }}");
        Assert.Null(run.Result.Results[0].Exception);
        Assert.Single(run.Files);
    }

    private static IEnumerable<Diagnostic> Errors(GeneratorRun run) => run.Diagnostics.Concat(run.Compile()).Where(d => d.Id is not ("CS1591" or "CS0169" or "CS0649"));
}

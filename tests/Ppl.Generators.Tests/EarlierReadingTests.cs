using Ppl.Generators.Frontend;
using Ppl.Generators.Tests.Harness;

namespace Ppl.Generators.Tests;

/// <summary>After an edit elsewhere a model is read anew where that may change it, and only there.</summary>
public class EarlierReadingTests
{
    private const string Model = """
        using Ppl;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;

        public partial class Example : GenerativeModel
        {
            private readonly Module<Tensor, Tensor> net = Linear(2, 2);

            public Example() => RegisterComponents();

            [Model]
            private void Generate(Tensor x)
            {
                using var data = Plate(x);
                var a = new Part(this).Draw();
                var z = Sample(Normal(Helper.Move(a), Helper.Scale).Expand(2));
                Observe(x, Normal(net.call(Own(z)), Width));
            }
        }
        """;

    private const string Others = """
        using Ppl;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;

        public partial class Example
        {
            private const double Width = 0.5;
            private static Tensor Own(Tensor a) => a * 2;
        }

        public partial class Part : GenerativeModel
        {
            public Part(GenerativeModel owner) { }

            [Model]
            public Tensor Draw()
            {
                var e = Sample(Normal(0, 1).Expand(2));
                return e;
            }
        }

        public static class Helper
        {
            public static double Scale = 1;
            public static Tensor Move(Tensor a) => a + 1;
            public static int Unused() { return 1; }
        }
        """;

    [Theory]
    [InlineData("a * 2", "a.detach()")]
    [InlineData("a * 2", "a.mul_(2)")]
    [InlineData("a * 2", "Run(a)")]
    [InlineData("a * 2;", "a * 2; private static int Run = 1;")]
    [InlineData("Width = 0.5", "Width = 0")]
    [InlineData("double Width", "string Width")]
    [InlineData("double Scale", "Tensor Scale")]
    [InlineData("Scale = 1", "Scale = 2")]
    [InlineData("a + 1", "a.detach()")]
    [InlineData("Tensor Move(Tensor a)", "Tensor Moved(Tensor a)")]
    [InlineData("Normal(0, 1)", "Laplace(0, 1)")]
    [InlineData("var e = ", "var e = Sample(Normal(0, 1).Expand(2)); var f = ")]
    [InlineData("return e", "return ee")]
    [InlineData("[Model]", "")]
    [InlineData("using Ppl;", "using Ppl; using Nowhere;")]
    [InlineData("return 1", "return 2")]
    [InlineData("public static class Helper", "public class Encoder { } public static class Helper")]
    [InlineData("public static class Helper", "public static class Helpers")]
    public void An_edit_elsewhere_gives_what_a_first_reading_gives(string text, string edit)
    {
        var (model, others) = (GeneratorHarness.Parse(Model, "Model.cs"), GeneratorHarness.Parse(Others, "Others.cs"));
        var input = GeneratorHarness.Compilation(model, others);
        var (driver, before) = GeneratorHarness.Run(GeneratorHarness.Driver(), input);
        var edited = Others.Replace(text, edit, StringComparison.Ordinal);
        Assert.NotEqual(Others, edited);
        var (_, after) = GeneratorHarness.Run(driver, input.ReplaceSyntaxTree(others, GeneratorHarness.Parse(edited, "Others.cs")));
        var fresh = GeneratorHarness.Run(GeneratorHarness.Driver(), GeneratorHarness.Compilation(
            GeneratorHarness.Parse(Model, "Model.cs"), GeneratorHarness.Parse(edited, "Others.cs"))).Run;
        Assert.Equal(Shown(fresh), Shown(after));
        Assert.NotEmpty(before.Files);
    }

    [Fact]
    public void An_edit_in_a_method_that_no_model_looks_into_leaves_all_as_they_were_read()
    {
        var (model, others) = (GeneratorHarness.Parse(GeneratorHarness.ReadModel("good/Vae.cs"), "Vae.cs"), GeneratorHarness.Parse(Others, "Others.cs"));
        var input = GeneratorHarness.Compilation(model, others);
        var (driver, before) = GeneratorHarness.Run(GeneratorHarness.Driver(), input);
        var edited = GeneratorHarness.Parse(Others.Replace("return 1", "return 2", StringComparison.Ordinal), "Others.cs");
        var (_, after) = GeneratorHarness.Run(driver, input.ReplaceSyntaxTree(others, edited));
        Parsed Of(GeneratorRun run) => run.Outputs(TrackingNames.Parse).Cast<Parsed>().Single(p => p.Spec.Host.HintName.StartsWith("Good", StringComparison.Ordinal));
        Assert.Same(Of(before), Of(after));
    }

    private static string Shown(GeneratorRun run) => string.Join(
        "\n", run.Files.Select(f => f.HintName + f.SourceText).Concat(run.Diagnostics.Select(d => d.ToString())).Order(StringComparer.Ordinal));
}

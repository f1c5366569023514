using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Ppl.Generators.Tests.Harness;

namespace Ppl.Generators.Tests;

/// <summary>What a user sees who made a mistake: the error of the C# compiler at the own line, or Ppl's, and nothing beside it, here or in other files.</summary>
public class ErrorTests
{
    private const string Sound = "using var data = Plate(x); var z = Sample(Normal(0, 1).Expand(2)); Observe(x, Normal(net.call(z), 1));";

    [Theory]
    [InlineData("Normal(0, 1).Expand", "Gaussian(0, 1).Expand", "CS0103")]
    [InlineData(".Expand(2)", ".expand(2)", "CS1061")]
    [InlineData("Normal(0, 1)", "Normal(0, one)", "CS0103")]
    [InlineData("Normal(0, 1)", "Normal(0, 1", "CS1026 CS1061")]
    [InlineData("net.call(z)", "nett.call(z)", "CS0103")]
    [InlineData("net.call(z)", "net.cal(z)", "CS1061")]
    [InlineData("Observe(x", "Observe(y", "CS0103")]
    [InlineData("Observe(x", "Observ(x", "CS0103")]
    [InlineData("Sample(", "Sampel(", "CS0103")]
    [InlineData("Plate(x)", "Plat(x)", "CS0103")]
    [InlineData("Plate(x)", "Plate(y)", "CS0103")]
    [InlineData("var z", "Tensr z", "CS0246")]
    [InlineData("var z =", "z =", "CS0103 CS0103")]
    [InlineData("Observe(x,", "if (Sample(Normal(0, 1)) is null) Observe(x,", "PPL0030")]
    [InlineData("Observe(x,", "while (training) Observe(x,", "PPL0031")]
    [InlineData("Observe(x,", "lock (this) Observe(x,", "PPL0043")]
    [InlineData("var z = Sample(", "Tensor z; if (training) z = zeros(1); else z = Sample(", "PPL0112")]
    [InlineData("Observe(x,", "hiden = net.call(z); Observe(x,", "CS0103")]
    [InlineData("Observe(x,", "Observe(x.log(),", "PPL0015")]
    [InlineData("Observe(x,", "var logs = x.log(); Observe(logs,", "PPL0015")]
    [InlineData("Observe(x,", "Tensor unset; Observe(x * unset,", "CS0165")]
    public void Only_the_mistake_shows(string text, string mistake, string errors)
    {
        var run = Compile(Model(Sound.Replace(text, mistake, StringComparison.Ordinal)));
        var shown = run.Diagnostics.Concat(run.Output.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error)).ToList();
        Assert.Equal(errors, string.Join(" ", shown.Select(d => d.Id)));
        Assert.All(shown, d => Assert.Equal("Model.cs", d.Location.SourceTree?.FilePath));
    }

    [Theory]
    [InlineData("using static TorchSharp.torch;\n", "using static TorchSharp.torh;\n", "CS0234")]
    [InlineData("using Ppl;\n", "using Ppl;\nusing Nowhere;\n", "CS0246")]
    [InlineData(": GenerativeModel", ": GenerativeModl", "CS0246")]
    public void Nothing_of_a_mistake_around_the_model_stands_in_generated_code(string text, string mistake, string error)
    {
        var run = Compile(Model(Sound).Replace(text, mistake, StringComparison.Ordinal));
        var errors = run.Output.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).ToList();
        Assert.Contains(errors, d => d.Id == error);
        Assert.DoesNotContain(errors, d => d.Location.SourceTree?.FilePath != "Model.cs");
        Assert.Empty(run.Diagnostics);
    }

    [Fact]
    public void A_member_that_only_another_generator_writes_is_named_when_the_model_is_first_used()
    {
        const string other = "public partial class Example { private double scale = 1.5; }";
        var source = Model(Sound.Replace("Normal(0, 1)", "Normal(0, scale)", StringComparison.Ordinal));
        var input = GeneratorHarness.Compilation(GeneratorHarness.Parse(source, "Model.cs"));
        var driver = CSharpGeneratorDriver.Create(
            [new PplGenerator().AsSourceGenerator(), new FixedGenerator(other).AsSourceGenerator()], parseOptions: (CSharpParseOptions)input.SyntaxTrees[0].Options);
        var (_, run) = GeneratorHarness.Run(driver, input);
        Assert.DoesNotContain(run.Output.GetDiagnostics(), d => d.Severity == DiagnosticSeverity.Error);
        var type = GeneratorHarness.Load(run).GetType("Example")!;
        var fault = Assert.Throws<System.Reflection.TargetInvocationException>(() => type.GetMethod("Simulate")!.Invoke(Activator.CreateInstance(type), [2L, null])).InnerException;
        Assert.Equal(
            "Example.Generate was not compiled: its text has an error, CS0103: The name 'scale' does not exist in the current context. If the project compiles, "
            + "another source generator writes what is missing: a model sees only what stands in source files.",
            Assert.IsType<PplArgumentException>(fault).Message);
    }

    private static GeneratorRun Compile(string model) => GeneratorHarness.Run(LanguageVersion.Preview, (model, "Model.cs"), (User, "User.cs"));

    private static string Model(string body) => $$"""
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
                {{body}}
            }
        }
        """;

    private const string User = """
        using static TorchSharp.torch;

        public static class User
        {
            public static object Use()
            {
                var model = new Example();
                Example.Guide guide = model.CreateGuide(z: null);
                Example.Latents posterior = guide.Posterior(zeros(1, 2), samples: 3);
                Example.Joint joint = model.Simulate(2);
                return (posterior.z, guide.z.Network, (Tensor)joint.x, model.Predict(posterior), model.LogJoint(posterior, zeros(1, 2)), guide.Reconstruct(zeros(1, 2)));
            }
        }
        """;

    /// <summary>Another source generator.</summary>
    private sealed class FixedGenerator(string text) : IIncrementalGenerator
    {
        public void Initialize(IncrementalGeneratorInitializationContext context) =>
            context.RegisterSourceOutput(context.CompilationProvider, (output, _) => output.AddSource("Fixed.g.cs", text));
    }
}

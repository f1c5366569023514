using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Frontend;
using Ppl.Generators.Tests.Harness;

namespace Ppl.Generators.Tests;

/// <summary>Where the generator does not ask the C# compiler for errors, the compiler has none.</summary>
public class SurelySoundTests
{
    private const string Sound = "using var data = Plate(x); var z = Sample(Normal(0, 1).Expand(2)); Observe(x, Normal(net.call(z), 1));";

    [Fact]
    public void Most_good_models_need_no_second_look()
    {
        var verdicts = Directory.GetFiles(Path.Combine(GeneratorHarness.ModelsFolder, "good"), "*.cs").Select(file => Verdict(File.ReadAllText(file))).ToList();
        Assert.All(verdicts, verdict => Assert.Empty(verdict.Errors));
        Assert.True(verdicts.Count(verdict => verdict.IsSound) > 0.6 * verdicts.Count, $"{verdicts.Count(verdict => verdict.IsSound)} of {verdicts.Count}");
    }

    /// <summary>Errors that leave no mark in the operations, or hardly any.</summary>
    [Theory]
    [InlineData("CS0165", "Tensor unset; Observe(x, Normal(unset, 1));")]
    [InlineData("CS0841", "var a = b; var b = x;")]
    [InlineData("CS0841", "var a = a + x;")]
    [InlineData("CS0128", "var a = x; var a = x;")]
    [InlineData("CS0136", "for (var i = 0; i < 2; i++) { var a = x; } var a = x;")]
    [InlineData("CS0136", "for (var x = 0; x < 2; x++) { }")]
    [InlineData("CS0176", "this.Twice(x);")]
    [InlineData("CS0176", "var a = this.Depth;")]
    [InlineData("CS0120", "Other.Once(x);")]
    [InlineData("CS0619", "Old(x);")]
    [InlineData("CS0619", "var a = OldDepth;")]
    [InlineData("CS0122", "Other.Hidden(x);")]
    [InlineData("CS0122", "var a = Other.HiddenDepth;")]
    [InlineData("CS0271", "var a = new Other(1).Inside;")]
    [InlineData("CS0154", "var a = Written;")]
    [InlineData("CS0200", "Read = x;")]
    [InlineData("CS0191", "net = null;")]
    [InlineData("CS0131", "Twice(x) = x;")]
    [InlineData("CS1656", "using var p = Plate(x); p = null;")]
    [InlineData("CS1674", "using var p = x.shape;")]
    [InlineData("CS0131", "const int a = 1; a = 2;")]
    [InlineData("CS0133", "const int a = Depth2();")]
    [InlineData("CS0201", "x;")]
    [InlineData("CS0201", "x + x;")]
    [InlineData("CS0266", "int a = x;")]
    [InlineData("CS0266", "int a = 1.5;")]
    [InlineData("CS0266", "if (x) { }")]
    [InlineData("CS0029", "for (var i = 0; i; i++) { }")]
    [InlineData("CS0019", "var a = net + net;")]
    [InlineData("CS0019", "var a = net < net;")]
    [InlineData("CS0023", "var a = -net;")]
    [InlineData("CS0023", "var a = net; a++;")]
    [InlineData("CS0220", "var a = int.MaxValue + 1;")]
    [InlineData("CS0221", "var a = (byte)300;")]
    [InlineData("CS0020", "var a = 1 / 0;")]
    [InlineData("CS0311", "Of<string>(null);")]
    [InlineData("CS0310", "Made<Other>();")]
    [InlineData("CS0453", "System.Nullable<string> a = null;")]
    [InlineData("CS0815", "var a = Old2();")]
    [InlineData("CS0815", "var a = null;")]
    [InlineData("CS0723", "Fixed a = null;")]
    [InlineData("CS0119", "var a = Other;")]
    [InlineData("CS0118", "var a = Ppl;")]
    [InlineData("CS0104", "var a = Same.Value;")]
    [InlineData("CS0144", "var a = new Shape();")]
    [InlineData("CS9035", "var a = new Needs();")]
    [InlineData("CS0127", "return x;")]
    [InlineData("CS0139", "break;")]
    [InlineData("CS0159", "goto here;")]
    [InlineData("CS0103", "var a = nameof(nothing);")]
    [InlineData("CS1620", "int a = 1; Change(a);")]
    [InlineData("CS0205", "base.Nothing();", "abstract class Above : GenerativeModel { protected abstract void Nothing(); }")]
    [InlineData("CS0173", "var a = x is null ? 1 : \"a\";")]
    [InlineData("CS0246", "Tensr a = x;")]
    [InlineData("CS0021", "var a = net[0];")]
    [InlineData("CS0030", "var a = (Other)x;")]
    [InlineData("CS1061", "var a = x?.shape?.Length.Foo;")]
    [InlineData("CS0847", "var a = new Tensor[2] { x };")]
    [InlineData("CS0847", "var a = new Tensor[,] { { x }, { x, x } };")]
    [InlineData("CS0847", "int[,] a = { { 1 }, { 1, 2 } };")]
    [InlineData("CS0150", "var n = 2; var a = new int[n] { 1, 2 };")]
    [InlineData("CS0248", "var a = new Tensor[-1];")]
    [InlineData("CS0022", "var a = new Tensor[2]; a[0, 0] = x;")]
    [InlineData("CS0022", "var a = new Tensor[2, 2]; a[0] = x;")]
    [InlineData("CS0178", "var a = new Tensor[2][3];")]
    [InlineData("CS1586", "var a = new int[];")]
    [InlineData("CS0826", "var a = new[] { };")]
    [InlineData("CS0611", "var a = new System.Span<int>[2];")]
    [InlineData("CS0719", "Fixed[] a = null;")]
    [InlineData("CS9244", "System.Span<int>? a = null;")]
    [InlineData("CS0718", "var a = Any<Fixed>.Value;")]
    [InlineData("CS0214", "var a = Pointers;")]
    [InlineData("CS8127", "var a = (b: 1, b: 2);")]
    [InlineData("CS8125", "var a = (Item2: 1, 3);")]
    [InlineData("CS8126", "var a = (ToString: 1, 3);")]
    [InlineData("CS8127", "(int b, int b) a = (1, 2);")]
    [InlineData("CS0819", "var a = 1, b = 2;")]
    [InlineData("CS0819", "for (var i = 0, j = 1; i < 2; i++) { }")]
    [InlineData("CS0819", "using var a = Plate(x), b = Plate(x);")]
    [InlineData("CS0822", "const var a = 1;")]
    [InlineData("CS1023", "if (Depth > 1) var a = x;")]
    [InlineData("CS1023", "for (var i = 0; i < 1; i++) var a = 1;")]
    [InlineData("CS8171", "var a = ref x;")]
    [InlineData("CS9048", "scoped var a = x;")]
    [InlineData("CS0019", "var a = new int[2] == new Tensor[2];")]
    [InlineData("CS0619", "var a = OldGetter;")]
    [InlineData("CS8926", "Each.Do();")]
    [InlineData("CS8926", "var a = Each.Size;")]
    public void Nothing_with_an_error_is_sound(string error, string statement, string more = "")
    {
        var (isSound, errors) = Verdict(Model(Sound + statement, more));
        Assert.Equal(error, errors.Count > 0 ? errors[0].Id : "none");
        Assert.False(isSound, $"{error}: {statement}");
    }

    [Theory]
    [InlineData("CS0161", "Tensor Part(Tensor x) { if (x is null) return x; }")]
    [InlineData("CS0126", "Tensor Part(Tensor x) { if (x is null) return; return x; }")]
    [InlineData("CS0029", "Tensor Part(Tensor x) { return net; }")]
    public void No_submodel_with_an_error_is_sound(string error, string method)
    {
        var (isSound, errors) = Verdict(Model(Sound, "").Replace("[Model] private void Generate", $"[Model] {method} private void Generate", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Id == error);
        Assert.False(isSound, error);
    }

    private static (bool IsSound, IReadOnlyList<Diagnostic> Errors) Verdict(string source)
    {
        var tree = GeneratorHarness.Parse(source, "Model.cs");
        var semantics = PlainSemantics.Of(GeneratorHarness.Compilation(tree), tree);
        var syntax = tree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>().First(m => m.AttributeLists.Count > 0 && m.AttributeLists[0].ToString().StartsWith("[Model", StringComparison.Ordinal));
        var errors = semantics.GetMethodBodyDiagnostics(syntax.Span).Where(d => d.DefaultSeverity == DiagnosticSeverity.Error).ToList();
        return (SurelySound.IsSound(syntax, (IMethodSymbol)semantics.GetDeclaredSymbol(syntax)!, semantics, default), errors);
    }

    private static string Model(string body, string more) => $$"""
        using Ppl;
        using One;
        using Two;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;

        {{more}}

        public partial class Example : {{(more.Length > 0 ? "Above" : "GenerativeModel")}}
        {
            private readonly Module<Tensor, Tensor> net = Linear(2, 2);
            private static int Depth = 1;
            private Tensor Read => null;
            private Tensor Written { set { } }
            private static int Depth2() => 1;
            private static Tensor Twice(Tensor a) => a;
            private static void Change(ref int a) { }
            private static void Old2() { }
            private static void Of<T>(T a) where T : Module { }
            private static void Made<T>() where T : new() { }
            [System.Obsolete("", true)] private static void Old(Tensor a) { }
            [System.Obsolete("", true)] private static int OldDepth = 1;
            private static int OldGetter { [System.Obsolete("", true)] get; set; }
            private static unsafe int*[] Pointers => null;

            [Model] private void Generate(Tensor x)
            {
                {{body}}
            }
        }

        public class Other
        {
            public Other(int a) { }
            public int Inside { private get; set; }
            public void Once(Tensor a) { }
            private static void Hidden(Tensor a) { }
            private static int HiddenDepth = 1;
        }

        public static class Fixed { }
        public static class Any<T> { public static int Value; }
        public interface Each { static abstract void Do(); static abstract int Size { get; } }
        public abstract class Shape { }
        public class Needs { public required int Size { get; set; } }
        namespace One { public static class Same { public static int Value = 1; } }
        namespace Two { public static class Same { public static int Value = 1; } }
        """;
}

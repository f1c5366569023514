using Microsoft.CodeAnalysis;
using Ppl.Generators.Tests.Harness;

namespace Ppl.Generators.Tests;

/// <summary>A project that is edited again and again: after each edit the generator gives what it gives for a project that it never saw.</summary>
public class EditedProjectTests
{
    private const int Steps = 50;

    private const string Using = "using Ppl; using static TorchSharp.torch; using static TorchSharp.torch.nn;\n";

    private static readonly Dictionary<string, string> Files = new()
    {
        ["Model.cs"] = Using + """
            namespace Room
            {
                public partial class Example : Above
                {
                    private readonly Module<Tensor, Tensor> net = Linear(2, 2);
                    private readonly Part part;
                    public Example() { part = new Part(this); RegisterComponents(); }

                    [Model]
                    private void Generate(Tensor x, Tensor y)
                    {
                        using var data = Plate(x, y);
                        var a = part.Draw(Inside(y));
                        var h = new Tensor[Steps];
                        for (var t = 0; t < Steps; t++) h[t] = Sample(Normal(a, Scale).Expand(2));
                        var z = Sample(Own(Helper.Move(a)));
                        Observe(x, Normal(net.call(z) + h[0] + Kind, Width));
                    }
                }
            }
            """,
        ["Other.cs"] = Using + """
            namespace Room
            {
                public partial class Second : GenerativeModel
                {
                    public Second() => RegisterComponents();

                    [Model]
                    private void Generate(Tensor x)
                    {
                        using var data = Plate(x);
                        var z = Sample(Normal(0, 1).Expand(2));
                        Observe(x, Normal(Helper.Move(z), Helper.Width));
                    }
                }
            }
            """,
        ["Above.cs"] = Using + """
            namespace Room
            {
                public abstract class Above : GenerativeModel
                {
                    protected const int Steps = 2;
                    protected static double Scale = 1;
                    protected double Width => 0.5;
                    protected double Kind { get; } = 1.5;
                    protected virtual Tensor Inside(Tensor a) => a * 2;
                    protected Ppl.Distributions.Normal Own(Tensor a) { return Normal(a, 1); }
                }
            }
            """,
        ["Part.cs"] = Using + """
            namespace Room
            {
                public partial class Part : GenerativeModel
                {
                    private const double Spread = 1;
                    public Part(GenerativeModel owner) { }

                    [Model]
                    public Tensor Draw(Tensor mean)
                    {
                        var e = Sample(Normal(Deeper.Down(mean), Spread));
                        return e;
                    }
                }
            }
            """,
        ["Helper.cs"] = Using + """
            namespace Room
            {
                public static class Helper
                {
                    public const double Width = 0.5;
                    public static Tensor Move(Tensor a) => Deeper.Down(a);
                    public static int Unused() { return 1; }
                }
            }
            """,
        ["Deeper.cs"] = Using + """
            namespace Room
            {
                public static class Deeper
                {
                    public static Tensor Down(Tensor a) { return a + 1; }
                    public static Tensor Lower(Tensor a) { return a + 1; }
                }
            }
            """,
    };

    /// <summary>What is changed, and into what; an edit that was made is taken back when it comes again.</summary>
    private static readonly (string File, string Text, string Edit)[] Edits =
    [
        ("Above.cs", "Steps = 2", "Steps = 3"),
        ("Above.cs", "const int Steps = 2", "static int Steps = 2"),
        ("Above.cs", "Scale = 1", "Scale = 2"),
        ("Above.cs", "double Scale", "Tensor Scale"),
        ("Above.cs", "Width => 0.5", "Width => 0.7"),
        ("Above.cs", "double Width", "int Run = 1; protected double Width"),
        ("Above.cs", "Kind { get; } = 1.5", "Kind { get; } = 2.5"),
        ("Above.cs", "a * 2", "a.detach()"),
        ("Above.cs", "virtual ", ""),
        ("Above.cs", "Normal(a, 1)", "Normal(a.mul_(2), 1)"),
        ("Above.cs", "Ppl.Distributions.Normal Own", "Ppl.Distributions.Distribution Own"),
        ("Above.cs", "abstract class Above : GenerativeModel", "abstract class Above : Ppl.GenerativeModel"),
        ("Above.cs", ": GenerativeModel", ""),
        ("Above.cs", "using Ppl;", "using Ppl; using Tensor = System.String;"),
        ("Above.cs", "using Ppl;", "global using Ppl;"),
        ("Above.cs", "using Ppl;", "using Ppl; using Nowhere;"),
        ("Part.cs", "Normal(Deeper", "Laplace(Deeper"),
        ("Part.cs", "Spread = 1", "Spread = 2"),
        ("Part.cs", "var e = ", "var f = Sample(Normal(mean, 1)); var e = "),
        ("Part.cs", "return e", "return e.detach()"),
        ("Part.cs", "return e", "return ee"),
        ("Part.cs", "[Model]", ""),
        ("Part.cs", "Deeper.Down(mean)", "Deeper.Lower(mean)"),
        ("Part.cs", "Tensor mean", "Tensor mean, double more = 1"),
        ("Helper.cs", "Deeper.Down(a)", "Deeper.Lower(a)"),
        ("Helper.cs", "=> Deeper.Down(a)", "=> a.detach()"),
        ("Helper.cs", "const double Width = 0.5", "const string Width = \"\""),
        ("Helper.cs", "Width = 0.5", "Width = 0"),
        ("Helper.cs", "return 1", "return 2"),
        ("Helper.cs", "static class Helper", "class Encoder { } public static class Helper"),
        ("Helper.cs", "namespace Room", "namespace Rooms"),
        ("Deeper.cs", "{ return a + 1; }\n        public static Tensor Lower", "{ return a.detach(); }\n        public static Tensor Lower"),
        ("Deeper.cs", "Lower(Tensor a) { return a + 1; }", "Lower(Tensor a) { return a.mul_(2); }"),
        ("Deeper.cs", "Lower(Tensor a) { return a + 1; }", "Lower(Tensor a) { return Down(a).detach(); }"),
        ("Deeper.cs", "Lower(Tensor a) { return a + 1; }", "Lower(Tensor a) { return a.Missing(); }"),
        ("Deeper.cs", "public static Tensor Down", "private static Tensor Down"),
        ("Deeper.cs", "public static class Deeper", "[System.Obsolete(\"\", true)] public static class Deeper"),
        ("Model.cs", "Linear(2, 2)", "Linear(2, 3)"),
        ("Model.cs", "net.call(z)", "net.call(z.detach())"),
        ("Other.cs", "Helper.Move(z)", "Deeper.Lower(z)"),
        ("Other.cs", "namespace Room", "\n\nnamespace Room"),
        ("More.cs", "", "namespace Room { public class Tensor { } }"),
        ("More.cs", "", "namespace Room { public class Guide { } public class Pass { } }"),
        ("More.cs", "", "public class Latents { } public static class Sample { }"),
        ("More.cs", "", "global using Encoder = System.String;"),
        ("More.cs", "", "global using Width = System.Math; namespace Room { public partial class Example { private int z; private int Run; } }"),
        ("More.cs", "", "namespace Room { public partial class Second { protected override string ToString(int a) => null; public int Guide; } }"),
        ("More.cs", "", "namespace Room { public static class Reach { public static Ppl.Distributions.Normal Expand(this object n, int a) => null; } }"),
    ];

    /// <summary>Two hundred edits in all, of which each stands beside others, in one file or in several.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void After_each_edit_the_project_gives_what_it_gives_by_itself(int seed)
    {
        var random = new Random(seed);
        var trees = Files.ToDictionary(f => f.Key, f => GeneratorHarness.Parse(f.Value, f.Key));
        var input = GeneratorHarness.Compilation([.. trees.Values]);
        var (driver, _) = GeneratorHarness.Run(GeneratorHarness.Driver(), input);
        var made = new HashSet<int>();
        for (var step = 0; step < Steps; step++)
        {
            // Few edits at a time, so that most projects are nearly sound; sometimes two at once.
            foreach (var _ in Enumerable.Range(0, random.Next(1, 3)))
            {
                var edit = made.Count > 3 ? made.ElementAt(random.Next(made.Count)) : random.Next(Edits.Length);
                if (!made.Remove(edit)) made.Add(edit);
            }

            foreach (var name in Files.Keys.Append("More.cs"))
            {
                var text = made.Where(i => Edits[i].File == name).Select(i => Edits[i]).Aggregate(
                    Files.GetValueOrDefault(name, ""),
                    (now, e) => e.Text.Length == 0 ? now + e.Edit + "\n" : now.Replace(e.Text, e.Edit, StringComparison.Ordinal));
                var before = trees.GetValueOrDefault(name);
                if (text == (before?.ToString() ?? "")) continue;
                if (text.Length == 0)
                {
                    input = input.RemoveSyntaxTrees(before!);
                    trees.Remove(name);
                    continue;
                }

                var tree = GeneratorHarness.Parse(text, name);
                input = before is null ? input.AddSyntaxTrees(tree) : input.ReplaceSyntaxTree(before, tree);
                trees[name] = tree;
            }

            (driver, var after) = GeneratorHarness.Run(driver, input);
            var fresh = GeneratorHarness.Run(GeneratorHarness.Driver(), GeneratorHarness.Compilation(
                [.. input.SyntaxTrees.Select(tree => GeneratorHarness.Parse(tree.ToString(), tree.FilePath))])).Run;
            var edits = string.Join("\n", made.Select(i => Edits[i].ToString()));
            Assert.True(Shown(fresh) == Shown(after), $"step {step}, with\n{edits}\nfresh:\n{Shown(fresh)}\nafter:\n{Shown(after)}");
        }
    }

    private static string Shown(GeneratorRun run) => string.Join(
        "\n", run.Files.Select(f => f.HintName + f.SourceText).Concat(run.Diagnostics.Select(d => d.ToString())).Order(StringComparer.Ordinal));
}

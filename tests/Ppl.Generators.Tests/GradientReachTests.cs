using Ppl.Generators.Analysis;
using Ppl.Generators.Tests.Harness;

namespace Ppl.Generators.Tests;

/// <summary>Whether a gradient reaches a latent, through every way in which one can be lost on purpose or by accident.</summary>
public class GradientReachTests
{
    [Theory]
    [InlineData("var m = a.relu();")]
    [InlineData("var m = a - a.detach() + a.round();")] // straight through
    [InlineData("var m = a.detach() + a;")]
    [InlineData("var m = a * (a > 0);")]
    [InlineData("var m = where(c > 0, a, c);")]
    [InlineData("var m = a.to(float64).type_as(c);")]
    [InlineData("var m = a.reshape(a.shape[0], -1).expand(a.size(0), 2);")]
    [InlineData("var (values, indices) = a.max(-1, keepdim: true); var m = values.expand_as(c);")]
    [InlineData("(Tensor values, Tensor indices) pair = a.max(-1, true); var m = pair.values.expand_as(c);")]
    [InlineData("if (a.isnan().any().item<bool>()) throw new ArgumentException(\"a\"); var m = a;")]
    [InlineData("var m = zeros_like(a); m = m + a;")]
    [InlineData("var m = c.clone(); m.add_(a);")]
    [InlineData("var m = a.clone(); m.round_(); m = m + a;")]
    [InlineData("if (!TrySplit(a, out var m)) m = a;")]
    [InlineData("TrySplit(a, out var m);")]
    [InlineData("var m = a is { } same ? same : c;")]
    [InlineData("var m = Own(a);")]
    [InlineData("var kept = new List<Tensor> { a }; var m = kept[^1];")]
    [InlineData("var m = c; if (flag) m = a;")]
    [InlineData("var text = $\"{a}\"; var m = text.Length > 0 ? a : c;")]
    [InlineData("var m = c; for (var i = 0; i < 3; i++) m = m + a.detach() + a * i;")]
    [InlineData("Func<Tensor, Tensor> f = t => t * a; var m = f(c);")]
    [InlineData("var m = Checked(a);")]
    [InlineData("var m = Straight(a);")]
    [InlineData("var m = Through(Straight(a));")]
    [InlineData("var m = Listed(a);")]
    [InlineData("var m = Kept(a);")]
    [InlineData("var m = Changed(a);")]
    [InlineData("var m = Filled(a);")]
    [InlineData("var m = Overridden(a);")]
    [InlineData("var m = Itself(a, 3);")]
    [InlineData("var m = Mixed(c, a);")]
    [InlineData("var m = Mixed(b: a, a: c);")]
    [InlineData("Tensor Twice(Tensor v) { var w = v; w = w + v; return w; } var m = Twice(a);")]
    [InlineData("var m = Shaped(c, a) + a;")]
    public void A_gradient_reaches_a(string statements) => Assert.Equal("from {x}", Reach(statements));

    [Theory]
    [InlineData("var m = a.detach();", "detach")]
    [InlineData("var m = a.detach().exp() * 2;", "detach")]
    [InlineData("var m = a.detach().round();", "detach")]
    [InlineData("var m = a.round();", "round")]
    [InlineData("var m = round(a);", "round")]
    [InlineData("var m = a.sign() * c;", "sign")]
    [InlineData("var m = a.argmax(-1, keepdim: true).expand_as(c);", "argmax")]
    [InlineData("var m = argmax(a, -1).unsqueeze(-1).expand_as(c);", "argmax")]
    [InlineData("var m = c * (a > 0);", ">")]
    [InlineData("var m = c * a.gt(0);", "gt")]
    [InlineData("var m = where(a <= c, c, 2 * c);", "<=")]
    [InlineData("var m = c * a.to(ScalarType.Int64);", "to")]
    [InlineData("var m = c * a.to(int64).to(float32);", "to")]
    [InlineData("var m = c * a.to_type(ScalarType.Bool);", "to_type")]
    [InlineData("var m = c * a.@long();", "long")]
    [InlineData("var m = c * a.sum().item<float>();", "item")]
    [InlineData("var m = c * (float)a.sum();", "(float)")]
    [InlineData("var m = c * a.sum().ToDouble();", "ToDouble")]
    [InlineData("var s = a.data<float>()[0]; var m = c * s;", "data")]
    [InlineData("(Tensor values, Tensor indices) pair = a.max(-1, true); var m = pair.indices.expand_as(c);", "indices")]
    [InlineData("var m = c; if (a.sum().item<float>() > 0) m = c * 2;", "item")]
    [InlineData("var m = a.sum().item<float>() > 0 ? c : c * 2;", "item")]
    [InlineData("var positive = (a > 0).all().item<bool>(); var m = positive ? c : c * 2;", ">")]
    [InlineData("var m = a.clone(); m.round_();", "round_")]
    [InlineData("var m = a.clone(); m.detach_();", "detach_")]
    [InlineData("var m = c; for (var i = 0; i < 3; i++) { var d = a.detach(); m = m + d; }", "detach")]
    [InlineData("var m = c; while (a.sum().item<float>() > m.sum().item<float>()) m = m + 1;", "item")]
    [InlineData("var kept = new[] { a.floor() }; var m = kept[0];", "floor")]
    [InlineData("var (m, other) = (a.ceil(), a);", "ceil")]
    [InlineData("Func<Tensor> f = () => a.trunc(); var m = f();", "trunc")]
    [InlineData("Tensor F() => a.floor(); var m = F();", "floor")]
    [InlineData("var m = c * Number(a);", "Number")]
    [InlineData("var m = TrySplit(a, out var part) ? c : c * 2;", "TrySplit")]
    [InlineData("var m = Hard(a);", "Hard")]
    [InlineData("var m = this.Hard(a) * c;", "Hard")]
    [InlineData("var m = Mean(a);", "Mean")]
    [InlineData("var m = Through(Mean(a));", "Mean")]
    [InlineData("var m = Outer(a);", "Outer")]
    [InlineData("var m = Choose(c, a);", "Choose")]
    [InlineData("var m = Mixed(a, c);", "Mixed")]
    [InlineData("var m = Mixed(b: c, a: a);", "Mixed")]
    [InlineData("Tensor Round(Tensor v) => v.round(); var m = Round(a);", "Round")]
    [InlineData("Tensor Round(Tensor v) { var w = v.round(); w = w * 2; return w; } var m = Round(a);", "Round")]
    public void No_gradient_reaches_a(string statements, string stop)
    {
        Assert.Equal($"from {{}}, not from x ({stop})", Reach(statements));
        var issue = Assert.Single(GeneratorHarness.Run(Model(statements)).Diagnostics);
        Assert.Equal("PPL0083", issue.Id);
    }

    [Theory]
    [InlineData("var m = zeros_like(a);")]
    [InlineData("var m = c.expand_as(a);")]
    [InlineData("var m = zeros(a.shape);")]
    [InlineData("var rows = a.shape[0]; var m = ones(rows, 2) * (rows > 2 ? 1 : 2);")]
    [InlineData("var m = c.to(a.device).to(a.dtype);")]
    [InlineData("var m = Shaped(c, a);")]
    public async Task A_layout_is_no_use_of_a(string statements)
    {
        Assert.Equal("from {}", Reach(statements));
        Assert.Equal("PPL0101", Assert.Single(await GeneratorHarness.Run(Model(statements)).Advise()).Id);
    }

    [Theory]
    [InlineData("var m = a; Observe(y, Normal(a.detach(), 1));", "from {x}, not from y (detach)", null)]
    [InlineData("var m = a; Observe(y, Normal(a.round(), 1));", "from {x}, not from y (round)", "PPL0130")]
    [InlineData("var m = a; var b = Sample(Normal(a > 0, 1)); Observe(y, Normal(b, 1));", "from {x}, not from b (>)", "PPL0130")]
    [InlineData("var m = a.floor(); var b = Sample(Normal(a, 1)); Observe(y, Normal(b, 1));", "from {b}, not from x (floor)", "PPL0130")]
    public async Task A_gradient_from_one_variable_and_none_from_another(string statements, string reach, string? advice)
    {
        var model = Model(statements).Replace("(Tensor x, Tensor c)", "(Tensor x, Tensor c, Tensor y)", StringComparison.Ordinal)
            .Replace("Plate(x, c)", "Plate(x, c, y)", StringComparison.Ordinal);
        var run = GeneratorHarness.Run(model);
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.Compile());
        Assert.Equal(reach, Reach(run));
        Assert.Equal(advice is null ? [] : [advice], (await run.Advise()).Select(d => d.Id));
    }

    [Theory]
    [InlineData("h[i] = Sample(Normal(h[i - 1], 1));", "h[2]", null)]
    [InlineData("h[i] = Sample(Normal(h[i - 1].round(), 1));", "h[2]", "PPL0083 PPL0083")] // h[0] and h[1]: only the last is read by x
    [InlineData("h[i] = Sample(Normal(h[i - 1], 1));", "h[2].detach()", "PPL0083")] // the others have a gradient from h[2]
    [InlineData("h[i] = Sample(Normal(h[i - 1], 1));", "h[0]", null)] // the last is not used, which is how loops end
    public void Each_element_needs_a_gradient(string draw, string read, string? rules)
    {
        var statements = $$"""
            var h = new Tensor[3];
            h[0] = Sample(Normal(a, 1));
            for (var i = 1; i < 3; i++) {{draw}}
            var m = {{read}};
            """;
        var run = GeneratorHarness.Run(Model(statements));
        Assert.Equal(rules ?? "", string.Join(" ", run.Diagnostics.Select(d => d.Id)));
    }

    [Fact]
    public void Methods_in_another_file_are_looked_into()
    {
        var usings = "using static TorchSharp.torch; public partial class Reach";
        var run = GeneratorHarness.Run(Microsoft.CodeAnalysis.CSharp.LanguageVersion.Preview, (Model("var m = Elsewhere(a);"), "Reach.cs"),
            ($"{usings} {{ private Tensor Elsewhere(Tensor from) => from.round(); }}", "Other.cs"));
        Assert.Equal(["PPL0083"], run.Diagnostics.Select(d => d.Id));
    }

    private static string Reach(string statements)
    {
        var run = GeneratorHarness.Run(Model(statements));
        Assert.All(run.Diagnostics, d => Assert.Equal("PPL0083", d.Id));
        if (run.Diagnostics.Length == 0) Assert.Empty(run.Compile());
        return Reach(run);
    }

    private static string Reach(GeneratorRun run)
    {
        var text = GradientReach.Of(run.Program, DependencyGraph.Build(run.Program, 4)!).ToText(run.Program).Split('\n')[0];
        return text[(text.LastIndexOf(": ", StringComparison.Ordinal) + 2)..];
    }

    private static string Model(string statements) => $$"""
        using System;
        using System.Collections.Generic;
        using System.Linq;
        using Ppl;
        using TorchSharp;
        using static TorchSharp.torch;

        public partial class Reach : GenerativeModel
        {
            private Tensor? kept;

            private readonly bool flag = DateTime.Now.Year > 2000;

            [Model]
            private void Generate(Tensor x, Tensor c)
            {
                using var data = Plate(x, c);
                var a = Sample(Normal(0, 1).Expand(2));
                {{statements}}
                Observe(x, Normal(flag ? m : m * 2, 1));
            }

            private static Tensor Own(Tensor from) => from.exp();

            private Tensor Hard(Tensor from) => from.argmax(-1, keepdim: true).expand_as(from);

            private static Tensor Mean(Tensor from)
            {
                var fixedValue = from.detach();
                return fixedValue * 2;
            }

            private static Tensor Outer(Tensor from) => Through(Mean(from));

            private static Tensor Through(Tensor from) => from;

            private static Tensor Straight(Tensor from)
            {
                var rounded = from.round();
                return from + (rounded - from).detach();
            }

            private static Tensor Checked(Tensor from)
            {
                if (from.isnan().any().item<bool>()) throw new ArgumentException("from");
                return from;
            }

            private static Tensor Choose(Tensor from, Tensor by)
            {
                if (by.sum().item<float>() > 0) return from;
                return from * 2;
            }

            private static Tensor Mixed(Tensor a, Tensor b) => a.round() + b;

            private static Tensor Shaped(Tensor from, Tensor like) => from.expand(like.shape);

            private static Tensor Listed(Tensor from)
            {
                var list = new List<Tensor>();
                list.Add(from);
                return list[0];
            }

            private Tensor Kept(Tensor from)
            {
                kept = from;
                return kept;
            }

            private static Tensor Changed(Tensor from)
            {
                var to = zeros_like(from);
                to.add_(from);
                return to;
            }

            private static Tensor Filled(Tensor from)
            {
                TrySplit(from.round() + from, out var to);
                return to;
            }

            protected virtual Tensor Overridden(Tensor from) => from.detach();

            private static Tensor Itself(Tensor from, int times) => times > 0 ? Itself(from, times - 1) : from;

            private static double Number(Tensor from) => from.sum().item<float>();

            private static bool TrySplit(Tensor from, out Tensor to)
            {
                to = from;
                return true;
            }
        }
        """;
}

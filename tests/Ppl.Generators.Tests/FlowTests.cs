using Ppl.Generators.Analysis;
using Ppl.Generators.Tests.Harness;

namespace Ppl.Generators.Tests;

/// <summary>What the observed site depends on, through every way in which a value can reach it. In each model a and b are latents and c is a covariate.</summary>
public class FlowTests
{
    [Theory]
    [InlineData("var m = a;", "a")]
    [InlineData("var m = a; m = b;", "b")]
    [InlineData("var m = a; m += b;", "a, b")]
    [InlineData("Tensor m; m = a + c;", "c, a")]
    [InlineData("var (m, other) = (a, b);", "a")]
    [InlineData("var (m, other) = (a, b); (m, other) = (other, m);", "b")]
    [InlineData("var (other, (m, last)) = (a, (b, c));", "c, b")]
    [InlineData("var (m, other) = Pair(a, b);", "a, b")]
    [InlineData("var m = a; if (flag) m = b;", "a, b")]
    [InlineData("var m = a; if (c.item<bool>()) m = b; else m = b * 2;", "c, a, b")]
    [InlineData("Tensor m; if (flag) { m = a; } else { m = b; }", "a, b")]
    [InlineData("var m = a; switch (count) { case 0: m = b; break; default: break; }", "a, b")]
    [InlineData("var m = a; for (var i = 0; i < count; i++) m = m + b;", "a, b")]
    [InlineData("var m = a; foreach (var part in new[] { b, c }) m = m + part;", "c, a, b")]
    [InlineData("var m = a; while (m.sum().item<double>() > 1) m = m * b;", "a, b")]
    [InlineData("var m = a; do m = m * b; while (flag);", "a, b")]
    [InlineData("var list = new List<Tensor>(); list.Add(a); var m = list[0];", "a")]
    [InlineData("List<Tensor>? list = new(); list?.Add(a); var m = list![0];", "a")]
    [InlineData("var list = new List<Tensor>(); var same = list; same.Add(a); var m = list[0];", "a")]
    [InlineData("var list = new List<Tensor>(); Collect(list, b); var m = list[0];", "b")]
    [InlineData("var items = new Tensor[2]; items[0] = a; items[1] = b; var m = items[1];", "b")]
    [InlineData("var items = new Tensor[2]; items[0] = a; items[1] = b; var m = items[count];", "a, b")]
    [InlineData("var items = new Tensor[2]; items[count] = a; items[1] = b; var m = items[1];", "a, b")]
    [InlineData("var m = c.clone(); m.add_(a);", "c, a")]
    [InlineData("var m = c.clone(); var view = m[0]; view.add_(b);", "c, b")]
    [InlineData("var m = c.clone(); m[0] = b;", "c, b")]
    [InlineData("var m = a.mul(2); var other = m.add(b);", "a")]
    [InlineData("Func<Tensor, Tensor> f = t => t + b; var m = f(a);", "a, b")]
    [InlineData("Tensor F(Tensor t) => t + b; var m = F(a);", "a, b")]
    [InlineData("Split(a, out var m);", "a")]
    [InlineData("var m = c; Change(ref m, b);", "c, b")]
    [InlineData("var m = flag ? a : b;", "a, b")]
    [InlineData("var m = new[] { a, b }.Select(t => t * 2).First();", "a, b")]
    [InlineData("var box = new Box { Value = a }; var m = box.Value;", "a")]
    [InlineData("var box = new Box(); box.Value = b; var m = box.Value;", "b")]
    [InlineData("var m = zeros(nameof(a).Length);", "")]
    [InlineData("var m = a is { } same ? same : b;", "a, b")]
    [InlineData("var m = (Tensor)null!; m ??= a;", "a")]
    [InlineData("var m = c.clone(); AddTo(m, b);", "c, b")]
    [InlineData("var m = c.clone(); AddTo(by: b, what: m);", "c, b")]
    [InlineData("var m = c.clone(); AddThrough(m.view(-1), b);", "c, b")]
    [InlineData("var m = c.clone(); m.Raise(b);", "c, b")]
    [InlineData("void Add(Tensor what, Tensor by) => what.add_(by); var m = c.clone(); Add(m, b);", "c, b")]
    [InlineData("var m = c.clone(); var v = m.T; v.add_(b);", "c, b")]
    [InlineData("var m = c.clone(); var v = m.mT; v.add_(b);", "c, b")]
    [InlineData("var m = c.clone(); var v = m.ravel(); v.add_(b);", "c, b")]
    [InlineData("var m = c.clone(); var v = transpose(m, 0, 1); v.add_(b);", "c, b")]
    [InlineData("var m = c.clone(); if (m is { } v) v.add_(b);", "c, b")]
    [InlineData("var m = c.clone(); var v = kept.FirstOrDefault() ?? m; v.add_(b);", "c, b")]
    [InlineData("var m = c.clone(); Tensor? v = null; v ??= m; v.add_(b);", "c, b")]
    [InlineData("var m = c.clone(); var v = ((m))!; v.add_(b);", "c, b")]
    [InlineData("var m = c.clone(); var v = count switch { 0 => m, _ => m[0] }; v.add_(b);", "c, b")]
    [InlineData("var m = c.clone(); var (v, k) = (m, 1); v.add_(b);", "c, b")]
    [InlineData("var m = kept.Select(t => t + a).First();", "a")]
    [InlineData("var m = Enumerable.Range(0, 2).Select(i => store[i] * b).First();", "b")]
    [InlineData("var items = new[] { c, c }; Array.Fill(items, a); var m = items[1];", "c, a")]
    [InlineData("var items = new[] { a, a }; var to = new Tensor[2]; Array.Copy(items, to, 2); var m = to[1];", "a")]
    [InlineData("var items = new[] { c, c }; var span = items.AsSpan(); span[0] = b; var m = items[0];", "c, b")]
    [InlineData("var items = new[] { c, c }; items.AsSpan().Fill(b); var m = items[0];", "c, b")]
    public void The_observed_site_has_these_parents(string statements, string parents)
    {
        var run = GeneratorHarness.Run(Model(statements));
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.Compile());
        var graph = DependencyGraph.Build(run.Program, 1)!;
        Assert.Equal(parents, string.Join(", ", graph.Parents[^1].Select(p => graph.Nodes[p].Name)));
    }

    [Theory]
    [InlineData("var list = new List<Tensor>(); Action<Tensor> add = t => list.Add(t); add(a); var m = list[0];", "PPL0051")]
    [InlineData("kept.Add(a); var m = kept[0];", "PPL0052")]
    [InlineData("store[0] = a; var m = store[0];", "PPL0052")]
    [InlineData("var view = a.view(-1); view.add_(1); var m = a;", "PPL0053")]
    [InlineData("c[0] = 1; var m = a;", "PPL0053")]
    [InlineData("Twice(a); var m = a;", "PPL0053")]
    [InlineData("var m = Tripled(c);", "PPL0053")]
    [InlineData("var m = c; Fill(a);", "PPL0053")]
    [InlineData("var v = a.T; v.mul_(2); var m = a;", "PPL0053")]
    [InlineData("var items = new[] { c }; ref var first = ref items[0]; first = a; var m = items[0];", "PPL0050")]
    [InlineData("var m = Deep();", "PPL0048")]
    [InlineData("Split(b, out a); var m = a;", "PPL0046")]
    [InlineData("(a, var m) = (b, b);", "PPL0013")]
    [InlineData("var m = a; goto done; done: m = b;", "PPL0045 PPL0045")]
    public void What_cannot_be_followed_is_refused(string statements, string rules)
    {
        var run = GeneratorHarness.Run(Model(statements));
        Assert.Equal(rules, string.Join(" ", run.Diagnostics.Select(d => d.Id)));
    }

    private static string Model(string statements) => $$"""
        using System;
        using System.Collections.Generic;
        using System.Linq;
        using Ppl;
        using static TorchSharp.torch;

        public sealed partial class Flow : GenerativeModel
        {
            private readonly bool flag = DateTime.Now.Year > 2000;
            private readonly int count = DateTime.Now.Month;
            private readonly List<Tensor> kept = [];
            private readonly Tensor[] store = new Tensor[1];

            [Model]
            private void Generate(Tensor x, Tensor c)
            {
                using var data = Plate(x, c);
                var a = Sample(Normal(0, 1).Expand(2));
                var b = Sample(Normal(0, 1).Expand(2));
                {{statements}}
                Observe(x, Normal(m, 1));
            }

            private static (Tensor, Tensor) Pair(Tensor first, Tensor second) => (first + second, first);

            private static void Split(Tensor from, out Tensor to) => to = from;

            private static void Change(ref Tensor what, Tensor by) => what = what + by;

            private static void AddTo(Tensor what, Tensor by) => what.add_(by);

            private static void AddThrough(Tensor what, Tensor by)
            {
                var view = what.reshape(-1, 2);
                AddTo(view, by);
            }

            private static void Twice(Tensor what) => what.mul_(2);

            private Tensor Tripled(Tensor what) => what.mul_(3);

            private static void Fill(Tensor what) => nn.init.zeros_(what);

            private Tensor Deep() => Deeper();

            private Tensor Deeper() => Sample(Normal(0, 1));

            private static void Collect(List<Tensor> into, Tensor what) => into.Add(what);
        }

        public static class Extensions
        {
            public static void Raise(this Tensor what, Tensor by) => what[0] = what[0] + by;
        }

        public sealed class Box
        {
            public Tensor Value { get; set; } = zeros(1);
        }
        """;
}

using Ppl.Generators.Tests.Harness;

namespace Ppl.Generators.Tests;

/// <summary>Networks that a model holds are registered, whichever way its constructors do it; those that are not are found.</summary>
public class RegistrationTests
{
    [Theory]
    [InlineData("private readonly Net net = Linear(2, 2); public Example() => RegisterComponents();")]
    [InlineData("private readonly Net net; public Example() { net = Linear(2, 2); this.RegisterComponents(); }")]
    [InlineData("private Net net; private TorchSharp.Modules.Parameter p; public Example() { (net, p) = (Linear(2, 2), Parameter(ones(2))); base.RegisterComponents(); }")]
    [InlineData("private readonly Net net = Linear(2, 2); public Example() => Build(); private void Build() => Finish(); private void Finish() { RegisterComponents(); }")]
    [InlineData("private Net net; public Example() { Build(); RegisterComponents(); } private void Build() => net = Linear(2, 2);")]
    [InlineData("private Net net; public Example() { Make(out net); RegisterComponents(); } private static void Make(out Net n) => n = Linear(2, 2);")]
    [InlineData("private readonly Net net; public Example() : this(2) { } public Example(int n) { net = Linear(n, n); RegisterComponents(); }")]
    [InlineData("private readonly Net net; public Example() { net = Linear(2, 2); register_module(\"net\", net); }")]
    [InlineData("private readonly Net net; public Example() { net = Linear(2, 2); add_module(\"decoder\", this.net); }")]
    [InlineData("private readonly TorchSharp.Modules.Parameter p = Parameter(ones(2)); public Example() => register_parameter(\"p\", p);")]
    [InlineData("private Net Net { get; } = Linear(2, 2); public Example() => RegisterComponents();")]
    [InlineData("private Net Net { get; set; } public Example() { Net = Linear(2, 2); RegisterComponents(); }")]
    [InlineData("private readonly List<Net> nets = [Linear(2, 2)]; public Example() { foreach (var n in nets) register_module(\"a\", n); }")]
    [InlineData("private readonly Net[] nets; private readonly Net all; public Example() { nets = [Linear(2, 2)]; all = Sequential(nets); RegisterComponents(); }")]
    [InlineData("private readonly TorchSharp.Modules.ModuleList<Net> nets = ModuleList<Net>(Linear(2, 2)); public Example() => RegisterComponents();")]
    [InlineData("private readonly Net body, all; public Example() { body = Linear(2, 2); all = Sequential(body); register_module(\"all\", all); register_module(\"b\", body); }")]
    [InlineData("private static readonly Net Shared = Linear(2, 2);")]
    [InlineData("private Net? unset;")]
    [InlineData("private readonly int[] sizes = [1, 2]; private readonly Tensor data = ones(2);")]
    [InlineData("private Guide? guide; public void Use(Guide g) => guide = g;")]
    [InlineData("private Net? late; public Example() => RegisterComponents(); public void Add() { late = Linear(2, 2); register_module(\"late\", late); }")]
    [InlineData("private readonly Net net = Linear(2, 2); public Example() => RegisterComponents(); protected override void RegisterComponents() { base.RegisterComponents(); }")]
    [InlineData("private readonly Net net = Linear(2, 2); public void Init() => RegisterComponents();")]
    public Task Registered(string members) => Check(Class("GenerativeModel", members), "");

    [Theory]
    [InlineData("private readonly Net net = Linear(2, 2);", "PPL0080")]
    [InlineData("private readonly Net net; public Example() => net = Linear(2, 2);", "PPL0080")]
    [InlineData("private readonly TorchSharp.Modules.Linear net = Linear(2, 2); public Example() { }", "PPL0080")]
    [InlineData("private readonly TorchSharp.Modules.Parameter p = Parameter(ones(2));", "PPL0080")]
    [InlineData("private Net Net { get; } = Linear(2, 2);", "PPL0080")]
    [InlineData("private readonly Net net; public Example() { net = Linear(2, 2); RegisterComponents(); } public Example(Net n) { net = n; }", "PPL0080")]
    [InlineData("private readonly Net a, b; public Example() { a = Linear(2, 2); b = Linear(2, 2); register_module(\"a\", a); }", "PPL0080")]
    [InlineData("private readonly Net net; public Example() { RegisterComponents(); net = Linear(2, 2); }", "PPL0081")]
    [InlineData("private Net? net; public Example() { RegisterComponents(); } public void Build() => net = Linear(2, 2);", "PPL0081")]
    [InlineData("public Net? Net { get; init; } public Example() => RegisterComponents();", "PPL0081")]
    [InlineData("private Net net; public Example() { Finish(); net = Linear(2, 2); } private void Finish() => RegisterComponents();", "PPL0081")]
    [InlineData("private readonly Net[] nets = [Linear(2, 2)]; public Example() => RegisterComponents();", "PPL0082")]
    [InlineData("private readonly List<Net> nets = []; public Example() { nets.Add(Linear(2, 2)); RegisterComponents(); }", "PPL0082")]
    [InlineData("private readonly Dictionary<string, Net> nets = []; public Example() => RegisterComponents();", "PPL0082")]
    [InlineData("private readonly IReadOnlyList<Net> nets = [Linear(2, 2)]; public Example() => RegisterComponents();", "PPL0082")]
    [InlineData("private readonly (Net A, Net B) nets = (Linear(2, 2), Linear(2, 2)); public Example() => RegisterComponents();", "PPL0082")]
    [InlineData("private readonly Net net = Linear(2, 2); private void Init() => RegisterComponents();", "PPL0080")]
    public Task Not_registered(string members, string rule) => Check(Class("GenerativeModel", members), rule);

    [Fact]
    public Task Initializers_run_before_the_base_registers() => Check("""
        public abstract class Base : GenerativeModel { protected Base() => RegisterComponents(); }
        """ + Class("Base", "private readonly Net net = Linear(2, 2);"), "");

    [Fact]
    public Task A_constructors_body_runs_after_the_base_registers() => Check("""
        public abstract class Base : GenerativeModel { protected Base() => RegisterComponents(); }
        """ + Class("Base", "private readonly Net net; public Example() { net = Linear(2, 2); RegisterComponents(); }"), "PPL0081");

    [Fact]
    public Task The_base_that_registers_is_chosen_by_its_arguments() => Check("""
        public abstract class Base : GenerativeModel
        {
            protected Base() { }
            protected Base(int size) => RegisterComponents();
        }
        """ + Class("Base", "private readonly Net net = Linear(2, 2); public Example() : base(3) { }"), "");

    [Fact]
    public Task Fields_of_the_base_count() => Check("""
        public abstract class Base : GenerativeModel { private readonly Net hidden = Linear(2, 2); }
        """ + Class("Base", ""), "PPL0080");

    [Fact]
    public Task Abstract_classes_are_judged_by_those_that_derive_from_them() => Check("""
        public abstract class Base : GenerativeModel { private readonly Net hidden = Linear(2, 2); }
        """ + Class("Base", "public Example() => RegisterComponents();"), "");

    [Fact]
    public Task A_captured_parameter_is_a_field() => Check("""
        public abstract class Base : GenerativeModel { protected Base() => RegisterComponents(); }
        public class Good(Net net) : Base { public Tensor Call(Tensor x) => net.call(x); }
        public class Passing(Net net) : GenerativeModel { public int Size { get; } = net.GetHashCode(); }
        public class Bad(Net net) : GenerativeModel { public Tensor Call(Tensor x) => net.call(x); }
        """, "PPL0080");

    [Fact]
    public Task A_constructor_in_another_part_is_found() => Check(
        "public partial class Example : GenerativeModel { private readonly Net net = Linear(2, 2); }\npublic partial class Example { public Example() => RegisterComponents(); }", "");

    [Fact]
    public Task Other_modules_are_registered_by_those_that_hold_them() =>
        Check("public class Own : Module<Tensor, Tensor> { private readonly Net net = Linear(2, 2); public Own() : base(\"Own\") { } public override Tensor forward(Tensor x) => net.call(x); }", "");

    [Fact]
    public Task The_rule_can_be_disabled_where_a_network_is_left_out_on_purpose() => Check(
        "#pragma warning disable PPL0080\n" + Class("GenerativeModel", "private readonly Net net = Linear(2, 2);") + "\n#pragma warning restore PPL0080", "");

    private static string Class(string @base, string members) => $"public class Example : {@base} {{ {members} }}";

    private static async Task Check(string types, string rules)
    {
        var run = GeneratorHarness.Run($$"""
            #nullable disable warnings
            using System;
            using System.Collections.Generic;
            using Ppl;
            using TorchSharp;
            using static TorchSharp.torch;
            using static TorchSharp.torch.nn;
            using Net = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

            {{types}}
            """);
        Assert.DoesNotContain(run.Output.GetDiagnostics(), d => d.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error);
        Assert.Equal(rules, string.Join(" ", (await run.Advise()).Select(d => d.Id)));
    }
}

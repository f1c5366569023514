using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Ppl.EndToEnd.Tests.Pages;

namespace Ppl.EndToEnd.Tests;

/// <summary>Models in every kind of class and project, compiled as users' are, and run: trained, drawn from, and compared with the interpreter.</summary>
public sealed class HostRunTests
{
    private const string Usings = """
        using Ppl;
        using Ppl.Contracts;
        using Ppl.Inference;
        using Ppl.Interpretation;
        using TorchSharp;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;

        """;

    /// <summary>Three steps of training, a posterior, a simulation; and what the interpreter finds at the same draws.</summary>
    private const string Check = """
        internal static class Check
        {
            public static void Run(GenerativeModel model, Guide guide)
            {
                using var scope = NewDisposeScope();
                var x = randn(6, 2);
                using (var svi = new Svi(model, guide, Objective.Elbo(particles: 2)))
                {
                    for (var i = 0; i < 3; i++)
                    {
                        if (!double.IsFinite(svi.Step(x).Bound)) throw new InvalidOperationException("The bound is not finite.");
                    }
                }

                var generated = (IGeneratedModel)model;
                var joint = generated.Simulate([6], []);
                var batch = guide.Batch(x);
                var latents = generated.LatentNames.Zip(joint.Latents).ToDictionary(pair => pair.First, pair => pair.Second);
                var gap = (Interpreter.Replay(generated, batch, latents).LogJoint - generated.LogJoint(joint.Latents, batch)).abs().max().ToDouble();
                if (gap > 1e-4) throw new InvalidOperationException($"interpreted and generated differ by {gap}");
            }
        }
        """;

    private const string Body = """
            using var data = Plate(x);
            var z = Sample(Normal(0, 1).Expand(2));
            Observe(x, Normal(net.call(z), 1));
        """;

    private const string Members = $$"""
        private readonly Module<Tensor, Tensor> net = Linear(2, 2);
        public Example() => RegisterComponents();
        [Model]
        private void Generate(Tensor x)
        {
        {{Body}}
        }
        """;

    public static TheoryData<string, string, string> Hosts => new()
    {
        { "in a top-level program", "", $"public sealed partial class Example : GenerativeModel {{ {Members} }}" },
        { "generic", "", Generic },
        { "nested", "", $"public partial struct Outer<T> {{ internal partial class Example : GenerativeModel {{ {Members} }} }}" },
        { "in several parts", "", InParts },
        { "with a primary constructor", "(2)", Primary },
        { "derived from a model", "", Derived },
        { "with overridden parts of its base", "", Overridden },
    };

    [Theory]
    [MemberData(nameof(Hosts))]
    public void A_model_runs_in_any_class(string host, string arguments, string types)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var name = (host == "nested" ? "Outer<int>." : "") + "Example" + (host == "generic" ? "<TorchSharp.Modules.Linear>" : "");
        var create = $"{name}{(arguments.StartsWith('(') ? arguments : "()")}";
        Run(Program($"{Usings}{{0}}{types}\n{Check}", create));
    }

    /// <summary>The two halves of one class, each in its own file with its own usings, in a file-scoped namespace.</summary>
    [Fact]
    public void A_model_runs_whose_class_stands_in_several_files()
    {
        const string Other = """
            using Net = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

            namespace Of.Mine;

            public sealed partial class Example
            {
                private readonly Net net = TorchSharp.torch.nn.Linear(2, 2);

                public Example() => RegisterComponents();
            }
            """;
        var first = $"{Usings}namespace Of.Mine;\npublic sealed partial class Example : Ppl.GenerativeModel {{ [Model] private void Generate(Tensor x) {{ {Body} }} }}";
        Run(Program($"{Usings}{{0}}{Check}", "Of.Mine.Example()"), first, Other);
    }

    /// <summary>A library has the models; a program, which sees its assembly alone, derives from one and uses both.</summary>
    [Fact]
    public void A_model_runs_that_stands_in_a_class_library()
    {
        var library = UserCompiler.Image(
            [$"{Usings}namespace Lib {{ public partial class Example : GenerativeModel {{ {Members} }} }}"], OutputKind.DynamicallyLinkedLibrary);
        const string Below = "public sealed class Below : Lib.Example { public int Extra => 1; }";
        foreach (var create in new[] { "Lib.Example()", "Below()" })
            Run(UserCompiler.Image([Program($"{Usings}{{0}}{Below}\n{Check}", create)], OutputKind.ConsoleApplication, library), library);
    }

    private const string Generic = $$"""
        public sealed partial class Example<TNet> : GenerativeModel where TNet : Module<Tensor, Tensor>
        {
            private readonly Module<Tensor, Tensor> net = (TNet)(object)Linear(2, 2);
            public Example() => RegisterComponents();
            [Model]
            private void Generate(Tensor x)
            {
            {{Body}}
            }
        }
        """;

    private const string InParts = $$"""
        public sealed partial class Example : GenerativeModel
        {
            private partial void Generate(Tensor x);
        }
        public sealed partial class Example
        {
            private readonly Module<Tensor, Tensor> net = Linear(2, 2);
            public Example() => RegisterComponents();
            [Model]
            private partial void Generate(Tensor x)
            {
            {{Body}}
            }
        }
        """;

    private const string Primary = $$"""
        public abstract class Registered : GenerativeModel
        {
            protected Registered() => RegisterComponents();
        }
        public sealed partial class Example(int latents) : Registered
        {
            private readonly Module<Tensor, Tensor> net = Linear(latents, 2);
            [Model]
            private void Generate(Tensor x)
            {
                using var data = Plate(x);
                var z = Sample(Normal(0, 1).Expand(latents));
                Observe(x, Normal(net.call(z), 1));
            }
        }
        """;

    private const string Derived = $$"""
        public partial class Above : GenerativeModel
        {
            protected readonly Module<Tensor, Tensor> net = Linear(2, 2);
            public Above() => RegisterComponents();
            [Model]
            private void Generate(Tensor x)
            {
            {{Body}}
            }
        }
        public sealed class Example : Above
        {
        }
        """;

    private const string Overridden = $$"""
        public abstract partial class Above : GenerativeModel
        {
            [Model]
            protected void Generate(Tensor x)
            {
                using var data = Plate(x);
                var z = Sample(Normal(0, Width).Expand(2));
                Observe(x, Normal(Mean(z), 1));
            }
            protected abstract double Width { get; }
            protected abstract Tensor Mean(Tensor z);
        }
        public sealed class Example : Above
        {
            private readonly Module<Tensor, Tensor> net = Linear(2, 2);
            public Example() => RegisterComponents();
            protected override double Width => 2;
            protected override Tensor Mean(Tensor z) => net.call(z);
        }
        """;

    private static string Program(string frame, string create) => frame.Replace(
        "{0}", $"var model = new {create};\nCheck.Run(model, model.CreateGuide());\n", StringComparison.Ordinal);

    private static void Run(params string[] files) => Run(UserCompiler.Image(files, OutputKind.ConsoleApplication));

    private static void Run(byte[] program, params byte[][] over)
    {
        var context = new AssemblyLoadContext("user");
        foreach (var image in over) context.LoadFromStream(new MemoryStream(image));
        TorchSharp.torch.manual_seed(0);
        try
        {
            context.LoadFromStream(new MemoryStream(program)).EntryPoint!.Invoke(null, [Array.Empty<string>()]);
        }
        catch (TargetInvocationException fault)
        {
            throw fault.InnerException!;
        }
    }
}

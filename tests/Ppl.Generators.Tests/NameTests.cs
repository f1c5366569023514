using System.Reflection;
using Microsoft.CodeAnalysis;
using Ppl.Generators.Ir;
using Ppl.Generators.Tests.Harness;

namespace Ppl.Generators.Tests;

/// <summary>No name of the user's collides with a generated one: sites, data, locals, members, types and classes are called as one likes.</summary>
public class NameTests
{
    /// <summary>In how many rounds the slower checks run once.</summary>
    private const int Sparse = 4;

    /// <summary>Every name that emitted code uses or would like to use, and names that C# gives a meaning of their own in places.</summary>
    private static readonly string[] Names =
    [
        "Draw", "Terms", "Infer", "Sites", "Plates", "Run", "Named", "Flat", "LoopLength", "Run_2", "Sites_2",
        "Guide", "Latents", "Joint", "Interventions", "Simulate", "Predict", "LogJoint", "CreateGuide", "Posterior", "Reconstruct",
        "Steps", "Condition", "Connect", "DrawPosterior", "ReconstructFrom", "Prepare", "Register", "RequirePrepared", "Batch", "IsPrepared", "Model", "Plan", "Rows", "Distributions", "AtLeaves", "Particles",
        "parameters", "named_parameters", "train", "eval", "to", "apply", "name", "training", "modules", "state_dict", "Dispose", "handle",
        "Clone", "Equals", "GetHashCode", "ToString", "Deconstruct", "EqualityContract", "PrintMembers", "GetType", "MemberwiseClone", "Finalize", "ReferenceEquals",
        "owner", "rows", "latents", "samples", "given", "terms", "draw", "pass", "batch", "guide", "data", "prior", "gradient", "joint", "steps", "sequence", "several", "next",
        "particles", "draws", "covariates", "inputs", "i", "i_2", "sum", "term", "value", "p_site", "every_site", "Guide_", "Latents_", "Draw_",
        "field", "var", "await", "async", "yield", "global", "dynamic", "when", "where", "file", "required", "scoped", "init", "with", "partial", "nint", "extension", "allows", "record",
        "and", "or", "not", "get", "set", "from", "select", "let", "args", "@class", "@event", "@return", "_", "__",
        "Tensor", "Module", "Encoder", "EncoderList", "PosteriorList", "Pass", "GuidePass", "ModelRun", "KlChoice", "SiteKind", "SiteInfo", "PlateInfo", "ModelPlan", "ModelInput", "Prediction",
        "JointDraw", "IGeneratedModel", "PplArgumentException", "System", "Ppl", "TorchSharp", "Contracts", "Example", "Generate",
    ];

    /// <summary>What a model names. Each has the names above in turn, far enough apart that no two ever have the same.</summary>
    private static readonly string[] Roles = ["latent", "array", "observed", "covariate", "whole", "loop", "local", "plate", "length", "method", "Class", "TypeParameter"];

    private const BindingFlags Everywhere = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.FlattenHierarchy;

    /// <summary>What the template's own text means by a name, and what its class inherits.</summary>
    private static readonly HashSet<string> TemplateNames =
    [
        "Normal", "Sample", "Observe", "Plate", "Linear", "Tensor", "Module", "GenerativeModel", "Model", "System",
        .. typeof(GenerativeModel).GetMembers(Everywhere).Select(m => m.Name),
    ];

    public static TheoryData<int> Rounds() => [.. Enumerable.Range(0, Names.Length)];

    [Theory]
    [MemberData(nameof(Rounds))]
    public void Any_name_will_do(int round)
    {
        var names = Roles.Select((role, i) => (role, name: NameOf(role, Names[(round + (i * (Names.Length / Roles.Length))) % Names.Length]))).ToDictionary(r => r.role, r => r.name);
        var run = GeneratorHarness.Run(Template(names, ""));
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.Compile());
        CompileTests.AgreeWithInterpreter(run);
        if (round % Sparse == 0)
        {
            CompileTests.SeparateParticles(run);
            CompileTests.FitTogether(run);
        }

        var faulty = GeneratorHarness.Run(Template(names, "while (this.training) return;"));
        Assert.Equal(["PPL0047"], faulty.Diagnostics.Select(d => d.Id));
        Assert.Empty(faulty.Compile());
        Assert.Equal(PublicMembers.Of(run), PublicMembers.Of(faulty));
    }

    [Fact]
    public void Sites_keep_their_names_at_run_time_and_in_records()
    {
        var names = Roles.ToDictionary(r => r, r => NameOf(r, r));
        (names["latent"], names["array"], names["observed"]) = ("Draw", "Terms", "Steps");
        var run = GeneratorHarness.Run(Template(names, ""));
        var model = run.Output.GetTypeByMetadataName("Good.Class`1")!;
        string[] Properties(string type) => [.. model.GetTypeMembers(type).Single().GetMembers().OfType<IPropertySymbol>()
            .Where(p => p.DeclaredAccessibility == Accessibility.Public).Select(p => p.Name)];
        Assert.Equal(["Draw", "Terms"], Properties("Latents"));
        Assert.Equal(["Draw", "Terms", "Steps", "site"], Properties("Joint"));

        // Guide.Draw and Guide.Terms are methods.
        Assert.Equal(["Draw_", "Steps", "Terms_"], Properties("Guide").Order());
        Assert.Equal(["Draw", "Terms", "Steps", "site"], run.Program.Sites.Select(s => s.Name).Distinct());
    }

    [Theory]
    [InlineData("private readonly double {0} = 1;", "Guide")]
    [InlineData("private sealed class {0};", "Latents")]
    [InlineData("private static void {0}() {{ }}", "Simulate")]
    [InlineData("public int {0} {{ get; }}", "LogJoint")]
    public void A_member_of_a_documented_name_is_refused_and_nothing_else_shows(string member, string name)
    {
        var declared = string.Format(System.Globalization.CultureInfo.InvariantCulture, member, name);
        var run = GeneratorHarness.Run(Template(Roles.ToDictionary(r => r, r => NameOf(r, r)), "", members: declared));
        Assert.Equal(["PPL0021"], run.Diagnostics.Select(d => d.Id));
        Assert.DoesNotContain(run.Output.GetDiagnostics(), d => d.Severity == DiagnosticSeverity.Error);
    }

    [Theory]
    [MemberData(nameof(DocumentedNames))]
    public void A_class_of_a_documented_name_is_refused_and_nothing_else_shows(string name)
    {
        var names = Roles.ToDictionary(r => r, r => NameOf(r, r));
        names["Class"] = name;
        var run = GeneratorHarness.Run(Template(names, ""));
        Assert.Equal(["PPL0021"], run.Diagnostics.Select(d => d.Id));
        Assert.DoesNotContain(run.Output.GetDiagnostics(), d => d.Severity == DiagnosticSeverity.Error);
    }

    public static TheoryData<string> DocumentedNames() => [.. GeneratedNames.Members];

    private static string NameOf(string role, string name) => role switch
    {
        "Class" when !char.IsUpper(name[0]) || TemplateNames.Contains(name) || GeneratedNames.Members.Contains(name) => "Class",
        "TypeParameter" when !char.IsUpper(name[0]) || TemplateNames.Contains(name) || GeneratedNames.Members.Contains(name) => "TypeParameter",
        "length" or "method" when TemplateNames.Contains(name) || GeneratedNames.Members.Contains(name) || GeneratedNames.ObjectMembers.Contains(name) => role,
        _ => name,
    };

    private static string Template(Dictionary<string, string> names, string fault, string members = "") => $$"""
        using Ppl;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;

        namespace Good;

        /// <summary>A model.</summary>
        /// <typeparam name="{{names["TypeParameter"].TrimStart('@')}}">Anything.</typeparam>
        public partial class {{names["Class"]}}<{{names["TypeParameter"]}}> : GenerativeModel
        {
            private readonly Module<Tensor, Tensor> net = Linear(2, 2);
            private readonly int {{names["length"]}} = 3;
            {{members}}

            /// <summary>Creates it.</summary>
            public {{names["Class"]}}() => RegisterComponents();

            [Model]
            private void {{names["method"]}}(Tensor {{names["covariate"]}}, Tensor {{names["observed"]}}, Tensor {{names["whole"]}}, Tensor site)
            {
                {{fault}}
                using var {{names["plate"]}} = Plate({{names["observed"]}}, {{names["covariate"]}}, site);
                var {{names["latent"]}} = Sample(Normal(net.call({{names["covariate"]}}), 1));
                var {{names["local"]}} = net.call({{names["latent"]}});
                var {{names["array"]}} = new Tensor[this.{{names["length"]}}];
                {{names["array"]}}[0] = Sample(Normal({{names["local"]}}.matmul({{names["whole"]}}), 1));
                for (var {{names["loop"]}} = 1; {{names["loop"]}} < this.{{names["length"]}}; {{names["loop"]}}++)
                {
                    {{names["array"]}}[{{names["loop"]}}] = Sample(Normal(net.call({{names["array"]}}[{{names["loop"]}} - 1]), 1));
                }

                {
                    Observe({{names["observed"]}}, Normal({{names["array"]}}[this.{{names["length"]}} - 1], 1));
                }

                Observe(site, Normal({{names["observed"]}} + 1, 1));
            }
        }
        """;
}

using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using Ppl.Inference;

namespace Ppl.EndToEnd.Tests.Architecture;

/// <summary>Nothing above Ppl.Torch relies on a behaviour in which TorchSharp differs from PyTorch: the table of docs/torch.md.</summary>
public sealed partial class TorchUseTests
{
    /// <summary>Calls of the table that are made, each with the reason why the difference does no harm.</summary>
    private static readonly Dictionary<string, string> Harmless = new()
    {
        ["nn.Sequential"] = "the layers put in return tensors of their own",
        ["nn.ModuleList"] = "a model's registered field",
        ["nn.BatchNorm1d"] = "the engine itself refuses a batch of one row before the layer sees it",
        ["init.xavier_uniform_"] = "the kind of exception alone differs; it gets two dimensions and more",
        ["Module.load_state_dict"] = "the state is that of a guide with the same shapes",
        ["Tensor.set_grad"] = "set to null alone",
        ["OptimizerHelper.load_state_dict"] = "the state is that of a new optimizer, which is thrown away where this fails",
    };

    /// <summary>The libraries, the examples, and this assembly with the generated code of the catalogue's models.</summary>
    public static TheoryData<string> Assemblies =>
    [
        typeof(GenerativeModel).Assembly.Location,
        typeof(Data.ImageSet).Assembly.Location,
        typeof(Svi).Assembly.Location,
        typeof(Reporting.PictureGrid).Assembly.Location,
        typeof(TorchUseTests).Assembly.Location,
        Path.Combine(AppContext.BaseDirectory, "Ppl.Examples.Vae.dll"),
        Path.Combine(AppContext.BaseDirectory, "Ppl.Examples.Iwae.dll"),
        Path.Combine(AppContext.BaseDirectory, "Ppl.Examples.Language.dll"),
        Path.Combine(AppContext.BaseDirectory, "Ppl.Examples.Density.dll"),
        Path.Combine(AppContext.BaseDirectory, "Ppl.Examples.Systems.dll"),
    ];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Nothing_calls_what_TorchSharp_does_otherwise(string assembly)
    {
        var used = Calls(assembly);
        Assert.True(used.Count > 20, $"{assembly} calls next to nothing of torch: {used.Count}");
        Assert.Empty(Different().Where(call => used.Any(call.IsMatch) && !Harmless.ContainsKey(call.Text)).Select(call => call.Text));
    }

    [Fact]
    public void What_does_no_harm_is_on_the_page() =>
        Assert.Empty(Harmless.Keys.Except(Different().Select(call => call.Text)));

    [Fact]
    public void A_call_is_found()
    {
        var calls = Calls(typeof(Svi).Assembly.Location);
        Assert.Contains(calls, call => call.StartsWith("utils.clip_grad_norm_(", StringComparison.Ordinal));
        Assert.Contains(calls, new Call("Tensor", "to", "..., ScalarType, ...").IsMatch);
        Assert.DoesNotContain(calls, new Call("Tensor", "to", "..., Padding, ...").IsMatch);
        Assert.True(Different().Count > 45);
        Assert.Contains(new Call("nn", "Conv2d", "..., Padding, ..."), Different());
    }

    private static IReadOnlyList<Call> Different()
    {
        var page = Repository.Read("docs/torch.md");
        var section = page[page.IndexOf("## Where TorchSharp differs", StringComparison.Ordinal)..];
        return
        [
            .. Row().Matches(section).SelectMany(row => Name().Matches(row.Groups["call"].Value))
                .Select(name => new Call(name.Groups["type"].Value, name.Groups["member"].Value, name.Groups["parameters"].Value)),
        ];
    }

    /// <summary>The members of torch that an assembly names, as <c>Type.member(types of parameters)</c>.</summary>
    private static HashSet<string> Calls(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        var calls = new HashSet<string>();
        foreach (var handle in metadata.MemberReferences)
        {
            var member = metadata.GetMemberReference(handle);
            if (member.GetKind() != MemberReferenceKind.Method) continue;
            var owner = Owner(metadata, member.Parent);
            var parameters = member.DecodeMethodSignature(TypeNames.Instance, null).ParameterTypes;
            calls.Add($"{owner}.{metadata.GetString(member.Name)}({string.Join(", ", parameters)})");
        }

        return calls;
    }

    private static string Owner(MetadataReader metadata, EntityHandle parent) => parent.Kind switch
    {
        HandleKind.TypeReference => TypeNames.Instance.GetTypeFromReference(metadata, (TypeReferenceHandle)parent, 0),
        HandleKind.TypeSpecification => metadata.GetTypeSpecification((TypeSpecificationHandle)parent).DecodeSignature(TypeNames.Instance, null),
        _ => "",
    };

    [GeneratedRegex(@"^\| (?<call>`[^|]*) \|.*\|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(?<type>\w+)\.(?<member>\w+)(\((?<parameters>[^)]*)\))?`")]
    private static partial Regex Name();

    /// <summary>A member of the table, and the types of its parameters where one overload alone differs: all of them, or <c>..., one, ...</c>.</summary>
    private sealed record Call(string Type, string Member, string Parameters)
    {
        private const string Elision = "...";

        public string Text => Parameters.Length > 0 ? $"{Type}.{Member}({Parameters})" : $"{Type}.{Member}";

        public bool IsMatch(string call)
        {
            var (name, parameters) = (call[..call.IndexOf('(', StringComparison.Ordinal)], call[(call.IndexOf('(', StringComparison.Ordinal) + 1)..^1]);

            // Reading a property is a method of its own.
            if (name != $"{Type}.{Member}" && name != $"{Type}.get_{Member}") return false;
            if (Parameters.Length == 0 || Parameters == parameters) return true;
            return Parameters.StartsWith(Elision, StringComparison.Ordinal) && parameters.Split(", ").Contains(Parameters.Split(", ")[1]);
        }
    }
}

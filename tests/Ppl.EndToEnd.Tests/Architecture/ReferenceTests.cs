using System.Xml.Linq;
using Ppl.Inference;

namespace Ppl.EndToEnd.Tests.Architecture;

/// <summary>
/// The arrows of docs/architecture.md: examples -> Inference -> Core -> Torch; Data -> Core; Reporting -> Inference and Data; the generators
/// reference nothing of ours.
/// </summary>
public sealed class ReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Ppl.Torch.Bindings"] = [],
        ["Ppl.Torch"] = ["Ppl.Torch.Bindings (analyzer)"],
        ["Ppl.Core"] = ["Ppl.Torch"],
        ["Ppl"] = ["Ppl.Inference", "Ppl.Generators (analyzer)"],
        ["Ppl.Data"] = ["Ppl.Core"],
        ["Ppl.Inference"] = ["Ppl.Core"],
        ["Ppl.Reporting"] = ["Ppl.Inference", "Ppl.Data"],
        ["Ppl.Generators"] = [],
    };

    [Fact]
    public void Projects_reference_only_the_next_one()
    {
        var projects = Repository.Files("*.csproj", "src").ToArray();
        Assert.Equal(Allowed.Count, projects.Length);
        foreach (var path in projects)
        {
            var name = Path.GetFileNameWithoutExtension(path);
            Assert.True(Allowed.ContainsKey(name), $"{path}: a new project needs its place in the order of references");
            Assert.Equal(Allowed[name], References(path));
        }
    }

    [Fact]
    public void Projects_compile_no_file_of_another_one() => Assert.Empty(
        from path in Repository.Files("*.csproj", "src")
        from item in XDocument.Parse(Repository.Read(path)).Descendants("Compile")
        let file = (string?)item.Attribute("Include") ?? ""
        where file.Contains("..", StringComparison.Ordinal) && !file.StartsWith("../Shared/", StringComparison.Ordinal)
        select $"{path}: {file}");

    [Fact]
    public void Examples_reference_no_torch_of_their_own()
    {
        var projects = Repository.Files("*.csproj", "examples").ToArray();
        Assert.NotEmpty(projects);
        foreach (var path in projects) Assert.Empty(References(path));
        Assert.Equal(["Ppl.Data", "Ppl.Generators (analyzer)", "Ppl.Inference", "Ppl.Reporting"], References("examples/Directory.Build.props").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Assemblies_reference_only_the_next_one()
    {
        var torch = typeof(TorchSharp.torch).Assembly.GetName().Name!;
        Assert.Equal([torch], Ours(typeof(GenerativeModel), torch));
        Assert.Equal(["Ppl.Core", torch], Ours(typeof(Data.ImageSet), torch));
        Assert.Equal(["Ppl.Core", torch], Ours(typeof(Svi), torch));
        Assert.Equal(["Ppl.Core", "Ppl.Data", "Ppl.Inference", torch], Ours(typeof(Reporting.PictureGrid), torch));
    }

    [Fact]
    public void Models_need_core_and_torch_alone()
    {
        // Generated code is compiled into the user's assembly: what it names must be in Core. One analyzer, which writes no code, looks at calls of
        // the inference library where a program has it.
        const string Analyzer = "src/Ppl.Generators/Advice/ObjectiveAnalyzer.cs";
        var sources = Repository.Files("*.cs", "src/Ppl.Generators").Where(path => path != Analyzer).ToArray();
        Assert.NotEmpty(sources);
        Assert.All(sources, path => Assert.DoesNotContain("Ppl.Inference", Repository.Read(path), StringComparison.Ordinal));
    }

    [Fact]
    public void Only_the_frontend_of_the_generators_sees_roslyn()
    {
        string[] mayUseRoslyn = ["src/Ppl.Generators/Frontend/", "src/Ppl.Generators/Diagnostics/", "src/Ppl.Generators/Advice/", "src/Ppl.Generators/PplGenerator.cs"];
        var inner = Repository.Files("*.cs", "src/Ppl.Generators")
            .Where(path => !Array.Exists(mayUseRoslyn, allowed => path.StartsWith(allowed, StringComparison.Ordinal)))
            .ToArray();
        Assert.NotEmpty(inner);
        Assert.DoesNotContain(inner, path => Repository.Read(path).Contains("using Microsoft.CodeAnalysis", StringComparison.Ordinal));
    }

    [Fact]
    public void One_project_chooses_the_provider_of_torch() => Assert.Equal(
        ["src/Ppl.Core/Ppl.Core.csproj"],
        Repository.Files("*.csproj").Where(path => Repository.Read(path).Contains("<PackageReference Include=\"TorchSharp", StringComparison.Ordinal)));

    private static IEnumerable<string> References(string project) => XDocument.Parse(Repository.Read(project)).Descendants("ProjectReference")
        .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'))
            + (reference.Attribute("OutputItemType")?.Value == "Analyzer" ? " (analyzer)" : ""));

    private static IEnumerable<string> Ours(Type type, string torch) => type.Assembly.GetReferencedAssemblies()
        .Select(name => name.Name!)
        .Where(name => name == torch || name.StartsWith("Ppl", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);
}

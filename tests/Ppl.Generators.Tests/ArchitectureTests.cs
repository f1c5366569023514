namespace Ppl.Generators.Tests;

/// <summary>The arrows between the generator's folders, read off its using directives.</summary>
public class ArchitectureTests
{
    [Fact]
    public void Only_the_edges_of_the_generator_know_Roslyn()
    {
        string[] edges = ["Frontend", "Diagnostics", "Advice", "PplGenerator.cs"];
        var inner = Sources().Where(s => !edges.Contains(s.File.Split('/')[0])).ToList();
        Assert.NotEmpty(inner);
        Assert.All(inner, s => Assert.False(s.Text.Contains("Microsoft.CodeAnalysis", StringComparison.Ordinal), s.File));
    }

    [Theory]
    [InlineData("Ir")]
    [InlineData("Analysis", "Ir")]
    [InlineData("Frontend", "Ir")]
    [InlineData("Emission", "Ir", "Analysis")]
    [InlineData("Diagnostics", "Ir", "Frontend")]
    [InlineData("Advice", "Ir", "Analysis", "Frontend", "Diagnostics")]
    public void Folders_use_only_what_stands_before_them(string folder, params string[] allowed)
    {
        var files = Sources().Where(s => s.File.StartsWith(folder + "/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(files);
        foreach (var (file, text) in files)
        {
            var used = text.Split('\n').Where(l => l.StartsWith("using Ppl.Generators.", StringComparison.Ordinal)).Select(l => l["using Ppl.Generators.".Length..^1]);
            Assert.All(used, u => Assert.True(allowed.Contains(u), $"{file} uses {u}"));
        }
    }

    [Fact]
    public void Files_and_types_stay_small()
    {
        foreach (var (file, text) in Sources()) Assert.True(text.Split('\n').Length <= 400, file);
    }

    private static IEnumerable<(string File, string Text)> Sources()
    {
        var root = Path.Combine(DiagnosticTests.Repository, "src/Ppl.Generators");
        return Directory.GetFiles(root, "*.cs", SearchOption.AllDirectories).Select(f => (Path.GetRelativePath(root, f).Replace('\\', '/'), File.ReadAllText(f)));
    }
}

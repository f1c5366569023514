using Microsoft.CodeAnalysis.CSharp;
using Ppl.Generators.Tests.Harness;

namespace Ppl.Generators.Tests;

/// <summary>Generated code compiles in every version of the language from C# 12, which is what .NET 8 takes by default; an older one is refused by name.</summary>
public class LanguageTests
{
    public static TheoryData<string, string> ModelsAndVersions()
    {
        var data = new TheoryData<string, string>();
        foreach (string model in new GoodModels())
            foreach (var version in new[] { "12", "13", "latestMajor", "latest", "preview" }) data.Add(model, version);
        return data;
    }

    [Theory]
    [MemberData(nameof(ModelsAndVersions))]
    public void Good_models_compile_in_every_version(string model, string text)
    {
        Assert.True(LanguageVersionFacts.TryParse(text, out var version));
        var run = GeneratorHarness.Run(version.MapSpecifiedToEffectiveVersion(), (GeneratorHarness.ReadModel($"good/{model}.cs"), $"{model}.cs"));
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.Compile());
    }

    [Theory]
    [InlineData(LanguageVersion.CSharp9)]
    [InlineData(LanguageVersion.CSharp10)]
    [InlineData(LanguageVersion.CSharp11)]
    public void An_older_version_is_refused_and_nothing_else_shows(LanguageVersion version)
    {
        var source = GeneratorHarness.ReadModel("good/Branches.cs").Replace("[a, b]", "new[] { a, b }", StringComparison.Ordinal);
        var run = GeneratorHarness.Run(version, (source, "Branches.cs"));
        Assert.Equal(["PPL0071"], run.Diagnostics.Select(d => d.Id));
        Assert.Empty(run.Compile());
    }
}

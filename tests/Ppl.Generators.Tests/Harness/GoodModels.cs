namespace Ppl.Generators.Tests.Harness;

/// <summary>The models of Models/good, by file name.</summary>
public sealed class GoodModels : TheoryData<string>
{
    public GoodModels()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(GeneratorHarness.ModelsFolder, "good"), "*.cs").Order(StringComparer.Ordinal))
            Add(Path.GetFileNameWithoutExtension(file));
    }
}

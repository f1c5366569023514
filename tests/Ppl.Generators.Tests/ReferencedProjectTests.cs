using Microsoft.CodeAnalysis;
using Ppl.Generators.Tests.Harness;

namespace Ppl.Generators.Tests;

/// <summary>
/// A project that references another one sees its assembly when it is built and its text in an editor. What the compiler says, and what it writes, must be the same.
/// </summary>
public class ReferencedProjectTests
{
    private const string Usings = """
        using Ppl;
        using Ppl.Distributions;
        using TorchSharp;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;

        """;

    private const string Library = Usings + """
        namespace Shared;

        public abstract class Base : GenerativeModel
        {
            protected readonly Module<Tensor, Tensor> net = Linear(2, 2);

            protected Tensor Decode(Tensor z) => net.call(z);

            protected Tensor Noisy(Tensor z) => z + randn(2);

            protected Tensor Hidden(Tensor x) => Sample(Normal(x, 1));
        }
        """;

    [Theory]
    [InlineData("Decode(z)")]
    [InlineData("Noisy(z)")]
    [InlineData("Hidden(z)")]
    [InlineData("randn(2) + z")]
    public async Task Text_and_assembly_of_a_referenced_project_read_the_same(string loc)
    {
        var library = GeneratorHarness.Compilation(GeneratorHarness.Parse(Library, "Base.cs")).WithAssemblyName("Shared");
        using var image = new MemoryStream();
        Assert.True(library.Emit(image).Success);
        var source = Usings + $$"""
            namespace Project;

            public sealed partial class Example : Shared.Base
            {
                private readonly Module<Tensor, Tensor> own = Linear(2, 2);

                [Model]
                private void Generate(Tensor x)
                {
                    using var data = Plate(x);
                    var z = Sample(Normal(0, 1).Expand(2));
                    Observe(x, Normal({{loc}}, 1));
                }
            }
            """;
        var built = await Run(source, MetadataReference.CreateFromImage(image.ToArray()));
        var edited = await Run(source, library.ToMetadataReference());
        Assert.Equal(built, edited);
    }

    private static async Task<string> Run(string source, MetadataReference library)
    {
        var input = GeneratorHarness.Compilation(GeneratorHarness.Parse(source, "Example.cs")).AddReferences(library);
        var (_, run) = GeneratorHarness.Run(GeneratorHarness.Driver(), input);
        Assert.Null(run.Result.Results[0].Exception);
        var said = run.Diagnostics.Concat(await run.Advise()).Concat(run.Compile()).Select(d => d.ToString()).Order(StringComparer.Ordinal);
        return string.Join("\n", said.Concat(run.Files.Select(f => f.SourceText.ToString())));
    }
}

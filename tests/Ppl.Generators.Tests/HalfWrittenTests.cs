using Microsoft.CodeAnalysis;
using Ppl.Generators.Tests.Harness;

namespace Ppl.Generators.Tests;

/// <summary>An editor runs the generator on every keystroke, so on models with anything missing.</summary>
public class HalfWrittenTests
{
    private const int Step = 7;

    [Theory]
    [ClassData(typeof(GoodModels))]
    public void A_missing_token_never_crashes_the_generator(string name) => Run(name, (text, token) => text.Remove(token.SpanStart, token.Span.Length));

    [Theory]
    [ClassData(typeof(GoodModels))]
    public void A_source_that_breaks_off_never_crashes_the_generator(string name) => Run(name, (text, token) => text[..token.SpanStart]);

    private static void Run(string name, Func<string, SyntaxToken, string> edit)
    {
        var source = GeneratorHarness.ReadModel($"good/{name}.cs");
        var tokens = GeneratorHarness.Parse(source, "Model.cs").GetRoot().DescendantTokens().ToList();
        for (var i = tokens.FindIndex(t => t.Text == "Model"); i < tokens.Count; i += Step)
        {
            var run = GeneratorHarness.Run(edit(source, tokens[i]));
            Assert.Null(run.Result.Results[0].Exception);
            Assert.DoesNotContain(run.Diagnostics, d => d.Id == "CS8785");
        }
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Tests.Harness;

namespace Ppl.Generators.Tests;

/// <summary>Carried text leads back to the user's file, character by character; generated text does not.</summary>
public class LineTests
{
    [Theory]
    [ClassData(typeof(GoodModels))]
    public void Every_carried_token_maps_to_the_same_text_in_the_users_file(string name)
    {
        var run = GeneratorHarness.RunGood(name);
        var user = run.Input.SyntaxTrees.Single().GetText();
        var root = run.Output.SyntaxTrees.Single(t => t.FilePath.EndsWith(".g.cs", StringComparison.Ordinal)).GetRoot();
        var directives = root.DescendantNodes(descendIntoTrivia: true).OfType<LineSpanDirectiveTriviaSyntax>().ToList();
        Assert.NotEmpty(directives);
        foreach (var directive in directives)
        {
            Assert.Equal($"{name}.cs", directive.File.ValueText);
            var first = directive.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
            var offset = (int)directive.CharacterOffset.Value!;
            var end = ((int)directive.End.Line.Value! - 1, (int)directive.End.Character.Value! - 1);
            var compared = 0;
            foreach (var token in root.DescendantTokens().Where(t => Line(t) >= first && t.RawKind != 0))
            {
                if (Line(token) == first && token.GetLocation().GetLineSpan().StartLinePosition.Character < offset) continue;
                var mapped = token.GetLocation().GetMappedLineSpan();
                if (!mapped.HasMappedPath || mapped.Path != $"{name}.cs") break;
                if ((mapped.StartLinePosition.Line, mapped.StartLinePosition.Character).CompareTo(end) >= 0) break;
                var start = user.Lines[mapped.StartLinePosition.Line].Start + mapped.StartLinePosition.Character;
                Assert.Equal(token.Text, user.ToString(new(start, token.Span.Length)));
                compared++;
            }

            Assert.True(compared > 0, $"nothing stands under {directive}");
        }
    }

    [Fact]
    public void An_error_in_a_carried_statement_is_shown_in_the_users_file_only()
    {
        // Written as if the class had a member that only the generated half lacks: the same fault in both files has one place.
        var source = GeneratorHarness.ReadModel("good/Vae.cs").Replace("decoder.call(z)", "decoder.cal(z)", StringComparison.Ordinal);
        var errors = GeneratorHarness.Run(source, "Vae.cs").Output.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).ToList();
        Assert.NotEmpty(errors);
        var line = source.Split('\n').ToList().FindIndex(l => l.Contains("decoder.cal(", StringComparison.Ordinal));
        Assert.All(errors, e => Assert.Equal(("Vae.cs", line), (e.Location.GetMappedLineSpan().Path, e.Location.GetMappedLineSpan().StartLinePosition.Line)));
    }

    private static int Line(SyntaxToken token) => token.GetLocation().GetLineSpan().StartLinePosition.Line;
}

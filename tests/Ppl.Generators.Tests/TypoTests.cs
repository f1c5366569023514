using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Ppl.Generators.Tests.Harness;

namespace Ppl.Generators.Tests;

/// <summary>Typing errors at random places: the errors that show are the user's own, at their own lines, and no model takes another one's members away.</summary>
public class TypoTests
{
    /// <summary>Another number of mutations of each model, for a long run: every seed is a test of its own.</summary>
    private static readonly int Count = Number("PPL_TYPOS", 8);

    private static readonly int FirstSeed = Number("PPL_TYPOS_FROM", 0);

    [Theory]
    [ClassData(typeof(GoodModels))]
    public void A_typo_shows_as_what_it_is(string name)
    {
        var source = GeneratorHarness.ReadModel($"good/{name}.cs");
        var tokens = GeneratorHarness.Parse(source, "Model.cs").GetRoot().DescendantTokens().Where(t => t.Span.Length > 0).ToList();
        var faults = new List<string>();
        for (var seed = FirstSeed; seed < FirstSeed + Count; seed++)
        {
            var (edited, edit) = Mutate(source, tokens, new Random((seed * 7919) + 1));
            if (ErrorCheck.Find(ErrorCheck.Compile(edited, name)) is { } fault) faults.Add($"seed {seed}: {edit}\n    {fault}");
        }

        Assert.True(faults.Count == 0, $"{faults.Count} of {Count}\n" + string.Join("\n", faults));
    }

    private static int Number(string variable, int usual) => int.TryParse(Environment.GetEnvironmentVariable(variable), out var number) ? number : usual;

    /// <summary>One or two tokens deleted, doubled, exchanged, replaced by others of the file, or misspelled.</summary>
    private static (string Text, string Edit) Mutate(string source, List<SyntaxToken> tokens, Random random)
    {
        var edits = new List<string>();
        foreach (var at in Enumerable.Range(0, random.Next(1, 3)).Select(_ => random.Next(tokens.Count)).Distinct().OrderDescending())
        {
            var token = tokens[at];
            var text = random.Next(6) switch
            {
                0 => "",
                1 => token.Text + " " + token.Text,
                2 => tokens[random.Next(tokens.Count)].Text,
                3 => at + 1 < tokens.Count ? tokens[at + 1].Text : "",
                4 when token.Text.Length > 2 => token.Text.Remove(random.Next(token.Text.Length), 1),
                _ => token.IsKind(SyntaxKind.IdentifierToken) ? token.Text + "x" : tokens[random.Next(tokens.Count)].Text + " " + token.Text,
            };
            edits.Add($"'{token.Text}' at {token.GetLocation().GetLineSpan().StartLinePosition} became '{text}'");
            source = source.Remove(token.SpanStart, token.Span.Length).Insert(token.SpanStart, text);
        }

        return (source, string.Join(", ", edits));
    }
}

using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>
/// Gives an encoder the rows that its latent's rows pick of another plate, <c>alpha[county]</c>, where the program picks them by one index only: each row
/// sees the values that belong to it. Elsewhere it sees all of them.
/// </summary>
internal static class PickedInputs
{
    public static EquatableArray<GuideStep> In(ProgramSpec program, EquatableArray<GuideStep> steps)
    {
        var picks = Reads(program.Body, program).Where(r => r.By is not null).GroupBy(r => r.Variable)
            .Where(g => g.Select(r => r.By).Distinct().Count() == 1).ToDictionary(g => g.Key, g => g.First().By!.Value);
        return picks.Count == 0 ? steps : steps.Select(s => In(program, s, picks)).ToEquatable();
    }

    private static GuideStep In(ProgramSpec program, GuideStep step, Dictionary<int, int> picks) => step switch
    {
        GuideLoop loop => loop with { Body = loop.Body.Select(b => (EncodeStep)In(program, b, picks)).ToEquatable() },
        EncodeStep encode => encode with { Inputs = encode.Inputs.Select(i => In(program, encode, i, picks)).ToEquatable() },
        _ => step,
    };

    private static Read In(ProgramSpec program, EncodeStep step, Read input, Dictionary<int, int> picks)
    {
        if (input.Index is not null || !picks.TryGetValue(input.Variable, out var by)) return input;
        if (program.Variables[by].Role != VariableRole.Parameter) return input;
        var target = program.PlatesOf(program.Variables[step.Target.Variable]);
        var rows = program.PlatesOf(program.Variables[by]);
        return program.IsLocal(target) && rows.Count > 0 && rows.SequenceEqual(target.Take(rows.Count)) ? input with { By = by } : input;
    }

    private static IEnumerable<Read> Reads(EquatableArray<StatementSpec> body, ProgramSpec program) => body.SelectMany(statement => statement switch
    {
        CarriedStatement carried => carried.Flows.SelectMany(f => f.Reads),
        SiteStatement site => program.Sites[site.Site].Distribution.Reads,
        BlockStatement block => Reads(block.Body, program),
        LoopStatement loop => Reads(loop.Body, program),
        _ => [],
    });
}

using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>
/// Gives an encoder the rows that its latent's rows pick of another plate, <c>alpha[county]</c>, by each index that picks them: each row sees the
/// values that belong to it. Where something reads them otherwise, it sees all of them too, if they are latents; data that are the same for all of
/// its rows tell an encoder nothing.
/// </summary>
internal static class PickedInputs
{
    public static EquatableArray<GuideStep> In(ProgramSpec program, EquatableArray<GuideStep> steps)
    {
        var ways = Reads(program.Body, program).GroupBy(r => r.Variable).Where(g => g.Any(r => r.By is not null))
            .ToDictionary(g => g.Key, g => g.Select(r => r.By).Distinct().ToList());
        return steps.Select(s => In(program, s, ways)).ToEquatable();
    }

    /// <summary>What a model picks by the integers of a parameter, each variable once.</summary>
    /// <param name="program">The program.</param>
    /// <param name="parameter">The parameter.</param>
    /// <returns>The variables, with the complete plate that is their leading dimension; null where none is known to be.</returns>
    public static IEnumerable<(VariableSpec Picked, int? Plate)> By(ProgramSpec program, VariableSpec parameter) =>
        Reads(program.Body, program).Where(r => r.By == parameter.Id).Select(r => r.Variable).Distinct().Select(id => program.Variables[id])
            .Select(picked => (picked, program.PlatesOf(picked) is { Count: > 0 } own && !program.IsLocal(own) ? own[0] : (int?)null));

    private static GuideStep In(ProgramSpec program, GuideStep step, Dictionary<int, List<int?>> ways) => step switch
    {
        GuideLoop loop => loop with { Body = loop.Body.Select(b => (EncodeStep)In(program, b, ways)).ToEquatable() },
        EncodeStep encode => encode with { Inputs = encode.Inputs.SelectMany(i => In(program, encode, i, ways)).ToEquatable() },
        _ => step,
    };

    private static IEnumerable<Read> In(ProgramSpec program, EncodeStep step, Read input, Dictionary<int, List<int?>> ways)
    {
        var target = program.PlatesOf(program.Variables[step.Target.Variable]);
        if (input.Index is not null || !program.IsLocal(target)) return [input];
        if (!ways.TryGetValue(input.Variable, out var all)) return IsSame(program, input.Variable, target) ? [] : [input];
        var picked = new List<Read>();
        var whole = new List<Read>();
        foreach (var by in all)
        {
            var rows = by is { } index && program.Variables[index].Role == VariableRole.Parameter ? program.PlatesOf(program.Variables[index]) : [];
            if (rows.Count > 0 && rows.SequenceEqual(target.Take(rows.Count))) picked.Add(input with { By = by });
            else if ((!program.IsLocal(rows) || rows[0] == target[0]) && !IsSame(program, input.Variable, target)) whole = [input];
        }

        // What only the rows of another plate pick is seen whole, where the latent depends on it through that alone.
        if (picked.Count + whole.Count > 0) return picked.Concat(whole);
        return IsSame(program, input.Variable, target) ? [] : [input];
    }

    /// <summary>Whether data of complete plates, none of which the latent stands in, would be the same for every row of it: a constant.</summary>
    private static bool IsSame(ProgramSpec program, int variable, IReadOnlyList<int> target) =>
        program.Variables[variable].Role is VariableRole.Parameter or VariableRole.Mask && program.PlatesOf(program.Variables[variable]) is var own
            && own.Count > 0 && !program.IsLocal(own) && !target.Contains(own[0]);

    private static IEnumerable<Read> Reads(EquatableArray<StatementSpec> body, ProgramSpec program) => body.SelectMany(statement => statement switch
    {
        CarriedStatement carried => carried.Flows.SelectMany(f => f.Reads),
        SiteStatement site => program.Sites[site.Site].Distribution.Reads,
        BlockStatement block => Reads(block.Body, program),
        LoopStatement loop => Reads(loop.Body, program),
        CallStatement call => Reads(call.Body, program),
        BranchStatement branch => branch.Arms.SelectMany(a => a.Flows.SelectMany(f => f.Reads).Concat(Reads(a.Body, program))),
        _ => [],
    });
}

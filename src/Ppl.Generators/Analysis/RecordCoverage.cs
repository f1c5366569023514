using System.Globalization;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>Whether a run records each element of an array of values once: one without a value would be missing in results.</summary>
internal sealed class RecordCoverage(ProgramSpec program)
{
    private readonly Dictionary<(string Name, int Element), List<(RecordSpec Record, Dictionary<int, int> Round)>> seen = [];
    private readonly List<Issue> faults = [];

    /// <summary>What is recorded twice, or outside of its array.</summary>
    public IReadOnlyList<Issue> Faults => faults;

    /// <summary>Notes an element that the run records.</summary>
    /// <param name="record">The record.</param>
    /// <param name="element">The element.</param>
    /// <param name="loops">The round.</param>
    public void Note(RecordSpec record, int element, IReadOnlyDictionary<int, int> loops)
    {
        if (!seen.TryGetValue((record.Name, element), out var others)) seen[(record.Name, element)] = others = [];
        if (!others.TrueForAll(o => GuardSpec.Exclude(o.Record.Guards, o.Round, record.Guards, loops)))
            faults.Add(Fault(record, element, "is recorded twice"));
        if (element < 0) faults.Add(Fault(record, element, "is none"));
        others.Add((record, loops.ToDictionary(l => l.Key, l => l.Value)));
    }

    /// <summary>What is left out at some lengths.</summary>
    public IEnumerable<Issue> Missing(IReadOnlyList<int> lengths)
    {
        var none = new Dictionary<int, int>();
        foreach (var array in program.Records.Where(r => program.Variables[r.Variable].Length is not null).GroupBy(r => r.Name))
        {
            var length = program.Variables[array.First().Variable].Length!.At(lengths, none);
            if (seen.Keys.Where(k => k.Name == array.Key).Select(k => k.Element).FirstOrDefault(e => e >= length) is > 0 and var beyond)
                yield return Fault(array.First(), beyond, "is none");
            for (var element = 0; element < length; element++)
            {
                if (seen.ContainsKey((array.Key, element))) continue;
                yield return Fault(array.First(), element, "is not recorded");
                break;
            }
        }
    }

    private static Issue Fault(RecordSpec record, int element, string what)
    {
        var position = element.ToString(CultureInfo.InvariantCulture);
        var name = record.Name.Insert(record.Scope > 0 ? record.Scope : record.Name.Length, $"[{position}]");
        return new(
            Rules.DeterministicForm, record.Anchor,
            new EquatableArray<string>([$"Each element of an array is recorded once, from 0 to the length, and '{name}' {what}"]));
    }
}

using Ppl.Contracts;
using static TorchSharp.torch;

namespace Ppl.Interpretation;

/// <content>Values that results have.</content>
public sealed partial class Interpreter
{
    private IReadOnlyList<SiteInfo>? records;
    private int nextRecord;

    internal Tensor Deterministic(Tensor value, Within? within, int line, string text)
    {
        ArgumentNullException.ThrowIfNull(value);
        isInWord = true;
        var site = IdentifyRecord(line, text);
        plates.Check(site, within);
        SiteShapes.CheckDeterministic(site, value, simulation.Layout);
        isInWord = false;
        trace.Record(site.Name, value);
        return value;
    }

    /// <summary>The next value that is recorded at a line; a run passes over those of arms that it does not take.</summary>
    private SiteInfo IdentifyRecord(int line, string text)
    {
        records ??= model.RecordedSequence(simulation.Layout.Lengths);
        bool IsThis(SiteInfo at) => at.Line == line && Normalize(at.DistributionText) == Normalize(text);
        while (nextRecord < records.Count && records[nextRecord].Condition.Length > 0 && !IsThis(records[nextRecord])) nextRecord++;
        if (nextRecord < records.Count && IsThis(records[nextRecord])) return records[nextRecord++];
        throw new PplArgumentException(
            $"{model.Plan.Model} records nothing at line {line} with text '{text}' at this point of its run: "
                + "the model was compiled from another source.");
    }
}

using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>What <c>Deterministic</c> has recorded in a run: a value for each local, or those of an array by index.</summary>
public sealed class RecordedValues
{
    /// <summary>Nothing.</summary>
    internal static readonly RecordedValues None = new([]);

    private readonly List<Tensor?>[] values;

    internal RecordedValues(ModelPlan plan) :
        this([.. Enumerable.Range(0, plan.Deterministics.Select(site => site.Slot).DefaultIfEmpty(-1).Max() + 1).Select(_ => new List<Tensor?>())])
    {
    }

    private RecordedValues(List<Tensor?>[] values) => this.values = values;

    /// <summary>The value of a local.</summary>
    /// <param name="slot">Its position among the names that values are recorded by.</param>
    /// <returns>[plates, event]; null where the run has not recorded it.</returns>
    public Tensor Value(int slot) => values[slot].FirstOrDefault()!;

    /// <summary>The values of an array.</summary>
    /// <param name="slot">Its position among the names that values are recorded by.</param>
    /// <returns>[plates, event] by index; null where the run has not recorded one, none after the last that it has.</returns>
    public IReadOnlyList<Tensor> Elements(int slot) => [.. values[slot].Select(value => value!)];

    /// <summary>How many values there are.</summary>
    public override string ToString() => $"{values.Sum(elements => elements.Count(value => value is not null))} recorded values";

    internal void Set(SiteInfo site, Tensor value)
    {
        var (elements, element) = (values[site.Slot], site.Element ?? 0);
        while (elements.Count <= element) elements.Add(null);
        elements[element] = value;
    }

    /// <summary>Values of several runs side by side: [samples, plates, event].</summary>
    internal static RecordedValues Stack(IReadOnlyList<RecordedValues> samples)
    {
        Tensor? All(int slot, int i) => samples[0].values[slot][i] is null ? null : stack([.. samples.Select(s => s.values[slot][i]!)]);
        return new([.. samples[0].values.Select((elements, slot) => elements.Select((_, i) => All(slot, i)).ToList())]);
    }
}

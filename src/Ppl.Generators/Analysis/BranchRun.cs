using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>What several ways to the same place leave in the variables: of each all that any of them leaves.</summary>
internal static class BranchRun
{
    public static Dictionary<(int Variable, int Element), FlowValue> Join(IReadOnlyList<Dictionary<(int Variable, int Element), FlowValue>> ends)
    {
        if (ends.Count == 1) return ends[0];
        var joined = new Dictionary<(int Variable, int Element), FlowValue>();
        foreach (var entry in ends.SelectMany(e => e))
        {
            if (!joined.TryGetValue(entry.Key, out var value)) joined[entry.Key] = value = new FlowValue();
            value.Include(entry.Value, null);
        }

        foreach (var entry in ends.SelectMany(e => e)) joined[entry.Key].Always.IntersectWith(entry.Value.Always);

        return joined;
    }

    /// <summary>
    /// What a condition depends on that is known only when a pass runs, as an issue: a draw, or values of data. Shapes are known before.
    /// </summary>
    public static Issue? Fault(ProgramSpec program, ArmSpec arm, FlowValue value, IReadOnlyList<GraphNode> nodes)
    {
        var read = value.Nodes.Where(n => n.Value?.Kind != StopKind.Layout).Select(n => nodes[n.Key]).ToList();
        if (read.Find(n => n.IsLatent) is { } latent) return Of(Rules.ConditionOnLatent, latent.Name);
        if (read.Count > 0) return Of(Rules.ConditionOnData, read[0].Name);
        var shared = value.Shared.Where(s => s.Value?.Kind != StopKind.Layout).Select(s => program.Variables[s.Key].Name).FirstOrDefault();
        return shared is null ? null : Of(Rules.ConditionOnData, shared);

        Issue Of(string rule, string name) => new(rule, arm.Anchor, new EquatableArray<string>([name]));
    }

    /// <summary>
    /// An order of the nodes in which parents come first, as in the text where that is one. Arms may draw the same variables in other orders.
    /// </summary>
    /// <param name="parents">For each node its parents, ascending.</param>
    /// <returns>The nodes in their new order; those of a circle are missing.</returns>
    public static List<int> Order(IReadOnlyList<IList<int>> parents)
    {
        // Without branches each stands after its parents already.
        var all = Enumerable.Range(0, parents.Count);
        if (all.All(n => parents[n].Count == 0 || parents[n][parents[n].Count - 1] < n)) return [.. all];
        var order = new List<int>();
        var left = new SortedSet<int>(Enumerable.Range(0, parents.Count));
        while (left.Count > 0)
        {
            var next = left.Where(n => !parents[n].Any(left.Contains)).DefaultIfEmpty(-1).First();
            if (next < 0) break;
            order.Add(next);
            left.Remove(next);
        }

        return order;
    }

    /// <summary>Of the nodes that no order has place for those of the circles themselves, without what only follows from them.</summary>
    public static List<int> WithoutEnds(List<int> nodes, IReadOnlyList<IList<int>> parents)
    {
        var left = nodes;
        while (true)
        {
            var kept = left.Where(n => left.Exists(m => parents[m].Contains(n))).ToList();
            if (kept.Count == left.Count) return left;
            left = kept;
        }
    }
}

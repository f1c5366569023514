using System.Globalization;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>One run over a program's body: for each variable, and element of it, what its value is computed from.</summary>
internal sealed class FlowRun(ProgramSpec program, IReadOnlyList<int> lengths)
{
    private const int Whole = -1;

    /// <summary>Above the depth of any nest of plates.</summary>
    private const int LocalTier = 1000;

    private readonly List<GraphNode> nodes = [];
    private readonly List<FlowValue> sources = [];
    private readonly List<Draw> draws = [];
    private readonly Dictionary<(int Variable, int Element), int> drawn = [];
    private readonly Dictionary<int, int> none = [];
    private readonly List<Issue> faults = [];
    private readonly Dictionary<int, int> loops = [];
    private readonly List<RowsPick> picks = [];
    private readonly List<(int, EquatableArray<int>)> records = [];
    private Dictionary<(int Variable, int Element), FlowValue> values = [];
    private readonly SliceReads slices = new(program);
    private readonly RecordCoverage recorded = new(program);

    public DependencyGraph? Build()
    {
        // A tensor that all rows share is a constant of the model, like the weights of its networks.
        var observed = new HashSet<int>(program.Sites.Select(s => s.Data).OfType<int>());
        foreach (var parameter in program.Parameters)
        {
            var own = program.PlatesOf(parameter);
            if (own.Count == 0 || observed.Contains(parameter.Id))
            {
                values[(parameter.Id, Whole)] = new FlowValue { Shared = { [parameter.Id] = null } };
                continue;
            }

            Add(parameter.Id, Whole, -1, false, parameter.Name, own, new FlowValue());
            values[(parameter.Id, Whole)] = ThisNode(nodes.Count - 1, own);
        }

        if (!Execute(program.Body) || !IsComplete()) return null;
        faults.AddRange(recorded.Faults.Concat(recorded.Missing(lengths)));
        return Graph();
    }

    /// <summary>The graph in an order in which parents come first, without the edges of a circle.</summary>
    private DependencyGraph Graph()
    {
        var order = BranchRun.Order([.. sources.Select(s => s.Nodes.Keys)]);
        List<int> circle = order.Count == nodes.Count ? [] : [.. Enumerable.Range(0, nodes.Count).Except(order)];
        if (circle.Count > 0)
        {
            var among = BranchRun.WithoutEnds(circle, [.. sources.Select(s => s.Nodes.Keys)]);
            var names = new EquatableArray<string>([string.Join("', '", among.Select(n => nodes[n].Name))]);
            faults.Add(new Issue(Rules.ArmsInOtherOrder, program.Sites[nodes[circle[0]].Site].Anchor, names));
        }

        order.AddRange(circle);
        var place = new int[nodes.Count];
        for (var i = 0; i < place.Length; i++) place[order[i]] = i;
        var ordered = order.Select((n, i) => n == i ? nodes[n] : nodes[n] with { Id = i });
        return new(ordered.ToEquatable(), order.Select(n => Parents(sources[n])).ToEquatable())
        {
            Stopped = order.Select(n => Stopped(sources[n])).ToEquatable(),
            Draws = draws.Select(d => new GraphDraw(place[d.Node], d.Site, Parents(d.From), new(d.From.Plates.ToArray()))
            {
                Sometimes = d.From.Plates.Where(p => !d.From.Always.Contains(p)).ToEquatable(),
            }).ToEquatable(),
            Faults = faults.Distinct().ToEquatable(),
            Picks = picks.Distinct().ToEquatable(),
            Records = records.ToEquatable(),
            EarlyReads = slices.Early.ToEquatable(),
        };

        EquatableArray<int> Parents(FlowValue from)
        {
            var parents = new int[from.Nodes.Count];
            for (var i = 0; i < parents.Length; i++) parents[i] = place[from.Nodes.Keys[i]];
            Array.Sort(parents);
            return new(parents);
        }

        EquatableArray<StoppedEdge> Stopped(FlowValue from) => from.Nodes.All(n => n.Value is null) ? EquatableArray<StoppedEdge>.Empty
            : from.Nodes.Where(n => n.Value is not null).Select(n => new StoppedEdge(place[n.Key], n.Value!)).OrderBy(e => e.Parent).ToEquatable();
    }

    private void Add(int variable, int element, int site, bool isLatent, string name, IReadOnlyList<int> own, FlowValue from)
    {
        var isLocal = program.IsLocal(own);
        var tier = own.Count + (isLocal ? LocalTier : 0);
        nodes.Add(new GraphNode(nodes.Count, variable, element, site, isLatent, name) { Tier = tier, Rows = isLocal ? own[0] : -1 });
        sources.Add(from);
    }

    private static FlowValue ThisNode(int node, IEnumerable<int> own)
    {
        var value = new FlowValue();
        value.Nodes[node] = null;
        value.Plates.UnionWith(own);
        value.Always.UnionWith(own);
        return value;
    }

    private bool Execute(EquatableArray<StatementSpec> body)
    {
        foreach (var statement in body)
        {
            var ok = statement switch
            {
                SiteStatement site => DrawAt(program.Sites[site.Site]),
                CarriedStatement carried => Carry(carried),
                BlockStatement block => Execute(block.Body),
                LoopStatement loop => Repeat(loop),
                BranchStatement branch => Choose(branch),
                CallStatement call => Execute(call.Body),
                _ => true,
            };
            if (!ok) return false;
        }

        return true;
    }

    private bool Repeat(LoopStatement loop)
    {
        var to = loop.To.At(lengths, loops);
        for (var i = loop.From.At(lengths, loops); loop.Step > 0 ? i < to : i > to; i += loop.Step)
        {
            loops[loop.Variable] = i;
            if (!Execute(loop.Body)) return false;
        }

        loops.Remove(loop.Variable);
        return true;
    }

    /// <summary>Takes the arm that positions decide; otherwise each arm from the same start, and joins what they leave.</summary>
    private bool Choose(BranchStatement branch)
    {
        var ends = new List<Dictionary<(int Variable, int Element), FlowValue>>();
        var isDecided = false;
        foreach (var arm in branch.Arms)
        {
            slices.Check(arm.Anchor, arm.Reads, At);
            if (BranchRun.Fault(program, arm, ValueOf(arm.Reads), nodes) is { } fault) faults.Add(fault);
            Carry(arm.Flows);
            var test = arm.Test?.At(lengths, loops);
            if (test == false) continue;
            var start = new Dictionary<(int Variable, int Element), FlowValue>(values);
            if (!Execute(arm.Body)) return false;
            if (arm.Completes) ends.Add(values);
            values = start;
            isDecided = test == true;
            if (isDecided) break;
        }

        if (!isDecided && !branch.IsExhaustive) ends.Add(values);
        if (ends.Count > 0) values = BranchRun.Join(ends);
        return true;
    }

    private bool DrawAt(SiteSpec site)
    {
        var element = Whole;
        var name = site.Name;
        if (site.Index is not null)
        {
            element = site.Index.At(lengths, loops);
            name = program.Variables[site.Variable].Element(element.ToString(CultureInfo.InvariantCulture));
            if (element < 0 || (site.IsLatent && element >= ArrayLength(site))) return false;
        }

        // One variable that exclusive arms draw is one node; its draws stay apart.
        slices.Check(site.Anchor, site.Distribution.Reads, At);
        var from = ValueOf(site.Distribution.Reads);
        if (!drawn.TryGetValue((site.Variable, element), out var node))
        {
            Add(site.Variable, element, site.Id, site.IsLatent, name, site.Plates, new FlowValue());
            drawn[(site.Variable, element)] = node = nodes.Count - 1;
        }
        else if (!draws.TrueForAll(d => d.Node != node || AreExclusive(d, site)))
        {
            return false;
        }

        sources[node].Include(from, null);
        draws.Add(new Draw(node, site.Id, from, site.Guards.Count == 0 ? none : new Dictionary<int, int>(loops)));
        if (site.Kind == SiteKind.Factor) return true;
        if (site.Kind == SiteKind.Observed) slices.Observe(site.Variable, element);
        values[(site.Variable, element)] = ThisNode(node, site.Plates);
        if (site.Mask?.Variable is { } mask && !nodes.Exists(n => n.Variable == mask && n.Element == element))
            Add(mask, element, -1, false, program.Variables[mask].Name + name.Substring(site.Name.Length), site.Plates, new FlowValue());

        // What is known of a latent is data that follow it, to every encoder but its own.
        if (site.Known is { } known)
            Add(known, Whole, -1, false, program.Variables[known].Name, site.Plates, values[(site.Variable, element)]);
        return true;
    }

    /// <summary>Whether no run makes both draws.</summary>
    private bool AreExclusive(Draw earlier, SiteSpec later) =>
        GuardSpec.Exclude(program.Sites[earlier.Site].Guards, earlier.Round, later.Guards, loops);

    private int At(IndexSpec index) => index.At(lengths, loops);

    private int ArrayLength(SiteSpec site) => program.Variables[site.Variable].Length?.At(lengths, loops) ?? 0;

    private bool Carry(CarriedStatement carried)
    {
        foreach (var flow in carried.Flows) slices.Check(carried.Anchor, flow.Reads, At);
        slices.Check(carried.Anchor, carried.Others, At);
        if (carried is DeterministicStatement { Record: var record })
        {
            records.Add((record, ValueOf(carried.Flows.Single().Reads).Plates.ToEquatable()));
            if (program.Records[record].Index is { } index) recorded.Note(program.Records[record], At(index), loops);
        }

        return Carry(carried.Flows);
    }

    private bool Carry(EquatableArray<Flow> flows)
    {
        foreach (var flow in flows)
        {
            var key = (flow.Variable, flow.Index?.At(lengths, loops) ?? Whole);
            var value = ValueOf(flow.Reads);
            if (flow.Keeps && values.TryGetValue(key, out var old)) value.Include(old, null);
            if (!flow.Keeps && flow.Index is null) Forget(flow.Variable);
            values[key] = value;
        }

        return true;
    }

    private void Forget(int variable)
    {
        foreach (var key in values.Keys.Where(k => k.Variable == variable).ToList()) values.Remove(key);
    }

    private FlowValue ValueOf(EquatableArray<Read> reads)
    {
        var value = new FlowValue();
        foreach (var read in reads)
        {
            if (read.By is { } by)
            {
                IncludePicked(value, read, by);
            }
            else if (read.Index is { } index)
            {
                Include(value, (read.Variable, index.At(lengths, loops)), read.Stop);
                Include(value, (read.Variable, Whole), read.Stop);
            }
            else
            {
                IncludeAll(value, read.Variable, read.Stop);
            }
        }

        return value;
    }

    /// <summary>Rows of a plate picked by an index: the values are the plate's, the rows are the index's. The index itself is no value.</summary>
    private void IncludePicked(FlowValue value, Read read, int by)
    {
        var (picked, index) = (new FlowValue(), new FlowValue());
        IncludeAll(picked, read.Variable, read.Stop);
        IncludeAll(index, by, null);
        if (program.Variables[by].Role == VariableRole.Parameter) index.Plates.UnionWith(program.PlatesOf(program.Variables[by]));
        index.Always.UnionWith(index.Plates);

        // The outermost is gone. Rows of data stay where the index is of other rows: a pass sees a few of them, which no index knows.
        if (Outermost(read.Variable, picked) is { } outer)
        {
            var isOfRows = program.Plates[outer].IsRows;
            var isOfOthers = index.Plates.Any(p => p != outer && program.Plates[p].IsRows);
            if (isOfRows && !isOfOthers) picks.Add(new(read.Variable, by, outer, read.Anchor));
            if (!isOfRows || !isOfOthers) picked.Plates.Remove(outer);
            picked.Always.IntersectWith(picked.Plates);
        }

        picked.Plates.UnionWith(index.Plates);
        picked.Always.UnionWith(index.Always);
        value.Include(picked, null);

        // A latent that picks is a parent like any other; data that only pick tell nothing that what they pick does not.
        foreach (var node in index.Nodes.Where(n => nodes[n.Key].Site >= 0)) value.Nodes[node.Key] = node.Value;
    }

    /// <summary>The plate of a value's leading dimension: of a local, rows come first, then plates in the order of the text.</summary>
    private int? Outermost(int variable, FlowValue value)
    {
        if (value.Plates.Count == 0) return null;
        if (program.PlatesOf(program.Variables[variable]) is [var own, ..]) return own;
        return value.Plates.OrderByDescending(p => program.Plates[p].IsRows).First();
    }

    private void IncludeAll(FlowValue value, int variable, GradientStop? stop)
    {
        foreach (var entry in values)
            if (entry.Key.Variable == variable) value.Include(entry.Value, stop);
    }

    private void Include(FlowValue value, (int Variable, int Element) key, GradientStop? stop)
    {
        if (values.TryGetValue(key, out var found)) value.Include(found, stop);
    }

    /// <summary>A draw at one site, in one round of its loops; which one is asked only of those under guards.</summary>
    private sealed record Draw(int Node, int Site, FlowValue From, IReadOnlyDictionary<int, int> Round);

    /// <summary>An array with an element that nobody draws would reach the networks as null.</summary>
    private bool IsComplete() => program.Latents.Where(v => v.Length is not null).All(
        v => nodes.Count(n => n.Variable == v.Id) == v.Length!.At(lengths, loops));
}

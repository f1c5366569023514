using System.Globalization;
using System.Text;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>A random variable of the model at one length of its loops, or a covariate of the plate.</summary>
/// <param name="Id">Its position among the nodes.</param>
/// <param name="Variable">The variable that holds it.</param>
/// <param name="Element">The element of an indexed site, or -1.</param>
/// <param name="Site">The site that draws it, or -1 for a covariate.</param>
/// <param name="IsLatent">Whether the guide has to draw it.</param>
/// <param name="Name">Its name: <c>z</c>, <c>h[2]</c>.</param>
internal sealed record GraphNode(int Id, int Variable, int Element, int Site, bool IsLatent, string Name);

/// <summary>An edge that no gradient passes.</summary>
/// <param name="Parent">Its lower node.</param>
/// <param name="Stop">The operation on the way.</param>
internal sealed record StoppedEdge(int Parent, GradientStop Stop);

/// <summary>
/// The directed graph of a model: which random variables each one's distribution is computed from, through whatever locals. Nodes stand in
/// the order of execution, covariates first, so that every edge goes from a lower to a higher id.
/// </summary>
/// <param name="Nodes">Covariates in the order of the signature, then sites as they run.</param>
/// <param name="Parents">For each node its parents, ascending.</param>
/// <param name="Length">The length at which loops were unrolled.</param>
internal sealed record DependencyGraph(EquatableArray<GraphNode> Nodes, EquatableArray<EquatableArray<int>> Parents, int Length)
{
    /// <summary>For each node the edges to its parents that no gradient passes, on whichever way. The others pass one.</summary>
    public EquatableArray<EquatableArray<StoppedEdge>> Stopped { get; init; } = Nodes.Select(_ => EquatableArray<StoppedEdge>.Empty).ToEquatable();

    public IEnumerable<int> Latents => Nodes.Where(n => n.IsLatent).Select(n => n.Id);

    public IEnumerable<int> Children(int node)
    {
        for (var child = 0; child < Nodes.Count; child++)
            if (Parents[child].Contains(node)) yield return child;
    }

    /// <summary>Nodes that can be reached from <paramref name="node"/> along edges, without itself.</summary>
    public ISet<int> Descendants(int node)
    {
        var found = new SortedSet<int>();
        for (var candidate = node + 1; candidate < Nodes.Count; candidate++)
            if (Parents[candidate].Any(p => p == node || found.Contains(p))) found.Add(candidate);
        return found;
    }

    public string ToText()
    {
        var text = new StringBuilder();
        for (var node = 0; node < Nodes.Count; node++)
        {
            var parents = string.Join(", ", Parents[node].Select(p => Nodes[p].Name));
            var kind = Nodes[node].Site < 0 ? "covariate" : Nodes[node].IsLatent ? "latent" : "observed";
            text.Append($"{kind} {Nodes[node].Name} <- {{{parents}}}\n");
        }

        return text.ToString();
    }

    /// <summary>Runs the model's data flow with every loop at a given length.</summary>
    /// <returns>The graph; or null where the model has no run of this length: an index lies outside its array, or is drawn twice.</returns>
    public static DependencyGraph? Build(ModelSpec model, int length) => new Run(model, length).Build();

    /// <summary>One run over the body: for each variable, and element of it, the nodes that its value depends on.</summary>
    private sealed class Run(ModelSpec model, int length)
    {
        private const int Whole = -1;
        private readonly List<GraphNode> nodes = [];
        private readonly List<EquatableArray<int>> parents = [];
        private readonly List<EquatableArray<StoppedEdge>> stopped = [];
        private readonly Dictionary<(int Variable, int Element), Value> values = [];
        private readonly Dictionary<int, int> loops = [];

        public DependencyGraph? Build()
        {
            // A tensor that all rows share is a constant of the model, like the weights of its networks.
            foreach (var covariate in model.Covariates.Where(model.IsPlated))
            {
                Add(covariate.Id, Whole, -1, false, covariate.Name, []);
                values[(covariate.Id, Whole)] = ThisNode();
            }

            return Execute(model.Body) && IsComplete()
                ? new(nodes.ToEquatable(), parents.ToEquatable(), length) { Stopped = stopped.ToEquatable() } : null;
        }

        private void Add(int variable, int element, int site, bool isLatent, string name, Value from)
        {
            nodes.Add(new GraphNode(nodes.Count, variable, element, site, isLatent, name));
            parents.Add(from.Keys.ToEquatable());
            stopped.Add(from.Where(f => f.Value is not null).Select(f => new StoppedEdge(f.Key, f.Value!)).ToEquatable());
        }

        private Value ThisNode() => new() { [nodes.Count - 1] = null };

        private bool Execute(EquatableArray<StatementSpec> body)
        {
            foreach (var statement in body)
            {
                var ok = statement switch
                {
                    SampleStatement sample => Draw(model.Sites[sample.Site]),
                    ObserveStatement observe => Observe(model.Sites[observe.Site]),
                    CarriedStatement carried => Carry(carried),
                    BlockStatement block => Execute(block.Body),
                    LoopStatement loop => Repeat(loop),
                    _ => true,
                };
                if (!ok) return false;
            }

            return true;
        }

        private bool Repeat(LoopStatement loop)
        {
            var to = loop.To.At(length, loops);
            for (var i = loop.From.At(length, loops); loop.Step > 0 ? i < to : i > to; i += loop.Step)
            {
                loops[loop.Variable] = i;
                if (!Execute(loop.Body)) return false;
            }

            return true;
        }

        private bool Draw(SiteSpec site)
        {
            var element = Whole;
            var name = site.Name;
            if (site.Index is not null)
            {
                element = site.Index.At(length, loops);
                name += $"[{element.ToString(CultureInfo.InvariantCulture)}]";
                if (element < 0 || element >= ArrayLength(site) || nodes.Any(n => n.Variable == site.Variable && n.Element == element)) return false;
            }

            Add(site.Variable, element, site.Id, true, name, ValueOf(site.Reads));
            values[(site.Variable, element)] = ThisNode();
            return true;
        }

        private int ArrayLength(SiteSpec site) => model.Variables[site.Variable].Length?.At(length, loops) ?? 0;

        private bool Observe(SiteSpec site)
        {
            Add(site.Variable, Whole, site.Id, false, site.Name, ValueOf(site.Reads));
            values[(site.Variable, Whole)] = ThisNode();
            return true;
        }

        private bool Carry(CarriedStatement carried)
        {
            foreach (var flow in carried.Flows)
            {
                var key = (flow.Variable, flow.Index?.At(length, loops) ?? Whole);
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

        private Value ValueOf(EquatableArray<Read> reads)
        {
            var value = new Value();
            foreach (var read in reads)
            {
                if (read.Index is { } index)
                {
                    Include(value, (read.Variable, index.At(length, loops)), read.Stop);
                    Include(value, (read.Variable, Whole), read.Stop);
                }
                else
                {
                    foreach (var entry in values)
                        if (entry.Key.Variable == read.Variable) value.Include(entry.Value, read.Stop);
                }
            }

            return value;
        }

        private void Include(Value value, (int Variable, int Element) key, GradientStop? stop)
        {
            if (values.TryGetValue(key, out var found)) value.Include(found, stop);
        }

        /// <summary>An array with an element that nobody draws would reach the networks as null.</summary>
        private bool IsComplete() => model.Latents.Where(v => v.Length is not null).All(
            v => nodes.Count(n => n.Variable == v.Id) == v.Length!.At(length, loops));
    }

    /// <summary>The nodes that a value depends on, each with what keeps the gradient from reaching it; null where it does.</summary>
    private sealed class Value : SortedDictionary<int, GradientStop?>
    {
        /// <summary>Adds what another value depends on, read through an operation.</summary>
        public void Include(Value other, GradientStop? stop)
        {
            foreach (var entry in other.ToList())
            {
                var through = GradientStop.Through(entry.Value, stop);
                this[entry.Key] = TryGetValue(entry.Key, out var known) ? GradientStop.Best(known, through) : through;
            }
        }
    }
}

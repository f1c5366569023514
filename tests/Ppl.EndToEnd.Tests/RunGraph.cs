using System.Reflection;
using Ppl.Contracts;
using Ppl.Interpretation;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>
/// The directed graph of a model as its own runs show it, with a node for each latent, each slice of data, and each covariate: edges from latents by
/// the run's operations, edges from data by changing them. It takes nothing from the compiler but names.
/// </summary>
internal sealed class RunGraph
{
    private readonly Dictionary<string, HashSet<string>> parents = new(StringComparer.Ordinal);
    private readonly HashSet<string> data = new(StringComparer.Ordinal);
    private readonly HashSet<string> factors = new(StringComparer.Ordinal);
    private readonly Pass pass;

    private RunGraph(Pass pass) => this.pass = pass;

    /// <summary>The graph of a run.</summary>
    /// <param name="pass">The model, its guide and data.</param>
    /// <param name="trace">A run at some latents that has looked for parents.</param>
    public static RunGraph Of(Pass pass, Trace trace)
    {
        var graph = new RunGraph(pass);
        foreach (var site in trace)
        {
            graph.parents.TryAdd(site.Name, []);
            graph.parents[site.Name].UnionWith(site.Parents!);
            if (site.Site.Kind == SiteKind.Observed) graph.data.Add(site.Name);
            if (site.Site.Kind == SiteKind.Factor) graph.factors.Add(site.Name);
            if (site.Site.Known is { } known) graph.AddKnown(known, site.Name);
        }

        graph.AddEdgesOfData(trace);
        return graph;
    }

    /// <summary>The nodes that a step's inputs name.</summary>
    public HashSet<string> Seen(GuideStep step)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var input in step.Inputs.Where(input => !input.StartsWith("where(", StringComparison.Ordinal)))
        {
            if (input.Contains("..", StringComparison.Ordinal)) seen.UnionWith(Range(input));
            else if (parents.ContainsKey(input)) seen.Add(input);
            else if (input.EndsWith(']')) seen.Add(input[..input.IndexOf('[', StringComparison.Ordinal)]);
            else seen.UnionWith(data.Where(node => node.StartsWith($"{input}[", StringComparison.Ordinal)));
        }

        return seen;
    }

    /// <summary>What a latent depends on, given what is seen: of the data, the covariates, and the latents drawn before it.</summary>
    public IReadOnlyList<string> Dependent(SiteInfo latent, HashSet<string> seen, IReadOnlyList<string> drawn)
    {
        var rest = data.Concat(drawn).Where(node => !seen.Contains(node) && node != latent.Known).ToHashSet(StringComparer.Ordinal);
        var given = seen.Concat(factors).ToHashSet(StringComparer.Ordinal);
        var links = Moral(Ancestors([latent.Name, .. rest, .. given]));
        var reached = new HashSet<string>(StringComparer.Ordinal) { latent.Name };
        var open = new Queue<string>(reached);
        while (open.TryDequeue(out var node))
        {
            foreach (var next in links[node].Where(next => !given.Contains(next) && reached.Add(next))) open.Enqueue(next);
        }

        return [.. rest.Where(reached.Contains).Order(StringComparer.Ordinal)];
    }

    private HashSet<string> Ancestors(IEnumerable<string> nodes)
    {
        var found = nodes.Where(parents.ContainsKey).ToHashSet(StringComparer.Ordinal);
        var open = new Queue<string>(found);
        while (open.TryDequeue(out var node))
        {
            foreach (var parent in parents[node].Where(found.Add)) open.Enqueue(parent);
        }

        return found;
    }

    /// <summary>Each node with its parents, and parents of one child with each other.</summary>
    private Dictionary<string, HashSet<string>> Moral(HashSet<string> nodes)
    {
        var links = nodes.ToDictionary(node => node, _ => new HashSet<string>(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var node in nodes)
        {
            string[] family = [node, .. parents[node]];
            foreach (var one in family) links[one].UnionWith(family.Where(other => other != one));
        }

        return links;
    }

    private IEnumerable<string> Range(string input)
    {
        var (start, dots) = (input.IndexOf('[', StringComparison.Ordinal), input.IndexOf("..", StringComparison.Ordinal));
        int Bound(string text, int otherwise) => text.Length == 0 ? otherwise : int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        var (from, to) = (Bound(input[(start + 1)..dots], 0), Bound(input[(dots + 2)..^1], data.Count));
        return Enumerable.Range(from, to - from).Select(i => $"{input[..start]}[{i}]").Where(data.Contains);
    }

    /// <summary>What is known of a latent is data that follow it.</summary>
    private void AddKnown(string parameter, string latent)
    {
        parents.TryAdd(parameter, []);
        parents[parameter].Add(latent);
        data.Add(parameter);
    }

    private void AddEdgesOfData(Trace trace)
    {
        var (inputs, batch) = (pass.Guide.Plan.Inputs, pass.Batch);
        for (var i = 0; i < inputs.Count; i++)
        {
            // What has no rows is the same for each of them, a constant like a network's weights.
            if (!inputs[i].HasRows || !batch[i].is_floating_point() || inputs[i].IsMask || pass.Guide.Plan.Latents.Any(s => s.Known == inputs[i].Name))
                continue;
            var slices = data.Where(node => node.StartsWith($"{inputs[i].Name}[", StringComparison.Ordinal)).ToList();
            if (slices.Count == 0)
            {
                data.Add(inputs[i].Name);
                parents.TryAdd(inputs[i].Name, []);
                AddChildren(trace, inputs[i].Name, i, Changed(batch[i]));
            }

            foreach (var slice in slices)
            {
                var site = trace[slice].Site;
                var (dimension, element) = (site.SliceDimension!.Value, site.Element!.Value);
                using var grad = no_grad();
                var changed = batch[i].clone();
                changed.select(dimension, element).copy_(Changed(batch[i].select(dimension, element)));
                AddChildren(trace, slice, i, changed);
            }
        }
    }

    /// <summary>Other values that are data as well: zeros and ones change places.</summary>
    private static Tensor Changed(Tensor value) => value.mul(value - 1).eq(0).all().ToBoolean() ? 1 - value : value * 1.25 + 0.125;

    private void AddChildren(Trace trace, string node, int input, Tensor changed)
    {
        var batch = pass.Guide.Batch([.. pass.Batch.Tensors.Select((tensor, i) => i == input ? changed : tensor)]);
        var again = Interpreter.Replay(pass.Generated, batch, trace.Latents);
        foreach (var (before, after) in trace.Zip(again))
        {
            if (before.Model is { } model && !Same(Parameters(model), Parameters(after.Model!))) parents[before.Name].Add(node);
            if (before.Model is null && !Same([before.LogP], [after.LogP])) parents[before.Name].Add(node);
        }
    }

    private static List<Tensor> Parameters(Distributions.Distribution distribution)
    {
        var parameters = new List<Tensor>();
        distribution.With(parameter =>
        {
            parameters.Add(parameter.detach());
            return parameter;
        });
        return parameters;
    }

    private static bool Same(IEnumerable<Tensor> one, IEnumerable<Tensor> other) =>
        one.Zip(other).All(pair => pair.First.shape.SequenceEqual(pair.Second.shape) && pair.First.allclose(pair.Second, rtol: 0, atol: 0));
}

/// <summary>What tests ask of a model's attribute.</summary>
internal static class Structured
{
    /// <summary>The structure that the model's guide has.</summary>
    public static GuideStructure Of(Pass pass) => pass.Model.GetType()
        .GetMethods(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.FlattenHierarchy)
        .Where(method => method.Name == pass.Guide.Plan.Method).Select(method => method.GetCustomAttribute<ModelAttribute>())
        .First(attribute => attribute is not null)!.Guide;
}

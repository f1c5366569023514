using Ppl.Contracts;
using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Interpretation;

/// <summary>
/// Finds which latents the distributions of a run are computed from: every latent's value is made the start of a graph of operations, and where a
/// site's parameters lead back to it, the latent is a parent. What counts is whether a way is there, and not the number that a gradient has on it.
/// </summary>
/// <param name="elements">Of an array of sites the first elements alone are looked at, so many; all when null.</param>
internal sealed class Lineage(int? elements)
{
    private readonly List<string> names = [];
    private readonly List<Tensor> starts = [];

    /// <summary>A latent's value, from which a graph begins.</summary>
    /// <param name="latent">Its name.</param>
    /// <param name="value">Its value; one that is no real number is left as it is, since no graph leads through it.</param>
    public Tensor Begin(string latent, Tensor value)
    {
        if (!value.is_floating_point()) return value;
        var start = value.detach().clone().requires_grad_(true);
        names.Add(latent);
        starts.Add(start);

        // What changes its value in place is found elsewhere, with its own message; a leaf would refuse it here.
        return start.clone();
    }

    /// <summary>The latents that a site's distribution is computed from; null for an element that is not looked at.</summary>
    public IReadOnlyList<string>? Of(SiteInfo site, Distribution distribution)
    {
        var parameters = new List<Tensor>();
        distribution.With(parameter =>
        {
            parameters.Add(parameter);
            return parameter;
        });
        return Of(site, [.. parameters]);
    }

    /// <summary>The latents that a site's tensors are computed from; null for an element that is not looked at.</summary>
    public IReadOnlyList<string>? Of(SiteInfo site, params Tensor[] tensors)
    {
        if (site.Element >= elements) return null;
        var ends = tensors.Where(tensor => tensor.requires_grad && tensor.is_floating_point()).Select(tensor => tensor.sum()).ToList();
        if (ends.Count == 0 || starts.Count == 0) return [];
        foreach (var start in starts) start.grad = null;
        try
        {
            ends.Aggregate((sum, end) => sum + end).backward(retain_graph: true, inputs: [.. starts]);
        }
        catch (Exception fault) when (LibraryFault.Is(fault))
        {
            // There is no way back through a tensor that was changed in place; training looks for these, and names them.
            return null;
        }

        return [.. names.Where((_, i) => starts[i].grad is not null)];
    }
}

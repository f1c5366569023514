using System.Runtime.InteropServices;
using Ppl.Contracts;
using Ppl.Shapes;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl;

/// <summary>
/// Gives an error that libtorch, a layer of TorchSharp before it, or a distribution's constructor raised inside a model or a network the
/// names that it lacks: the site, the tensors and what to write.
/// </summary>
internal static class LibraryFault
{
    private static readonly string[] ShapeWords = ["shape", "size", "dimension", "dims"];

    /// <summary>
    /// Whether the fault is the library's: libtorch's own, or that of a layer that looks at its argument first, as batch norm does.
    /// </summary>
    public static bool Is(Exception fault) => fault is ExternalException or ArgumentException;

    /// <summary>
    /// Whether the fault belongs to a site that it does not name: the library's, or shapes that disagree where no site is known, as in a
    /// distribution's constructor.
    /// </summary>
    public static bool LacksSite(Exception fault) => Is(fault) || fault is PplShapeException { Site: null };

    /// <summary>The library's sentence, without its stack.</summary>
    public static string Text(Exception fault)
    {
        var line = fault.Message.AsSpan().Trim();
        if (line.IndexOf('\n') is >= 0 and var end) line = line[..end];
        var text = line.Trim().ToString();
        return text.EndsWith('.') || text.EndsWith('?') ? text : $"{text}.";
    }

    /// <summary>A fault of the statement that leads to a site.</summary>
    /// <param name="fault">The library's.</param>
    /// <param name="model">The model's plan.</param>
    /// <param name="site">The site that was to come next; null after the last one.</param>
    /// <param name="inputs">The tensors of the model's parameters, in order.</param>
    /// <param name="sites">The sites passed so far with their values.</param>
    public static PplException AtSite(
        Exception fault, ModelPlan model, SiteInfo? site, IReadOnlyList<Tensor> inputs, IReadOnlyList<(SiteInfo Site, Tensor Value)> sites)
    {
        var place = site is null ? $"{model.Model}.{model.Method} fails after its last site" : $"{site.DistributionText} (line {site.Line}) fails";
        var covariates = model.Inputs.Select((input, i) => (input, tensor: inputs[i])).Where(p => !p.input.IsObserved).ToList();
        var given = covariates.Select(c => Describe(c.input.Name, c.tensor)).Concat(sites.Select(s => Describe(s.Site.Name, s.Value)));
        var message = $"{place}: {Text(fault)} Given are {string.Join(", ", given)}.{Advice(fault, sites)}";
        return Of(fault, message, site?.Name);
    }

    /// <summary>A fault of an encoder.</summary>
    /// <param name="fault">The library's.</param>
    /// <param name="latent">The latent that it encodes, or null where nobody told.</param>
    /// <param name="part">What fails: its network, or its head.</param>
    /// <param name="inputs">What that was given.</param>
    public static PplException InEncoder(Exception fault, string? latent, string part, IReadOnlyList<Tensor> inputs)
    {
        var given = inputs.Count switch
        {
            0 => "",
            1 => $" for an input of shape {ShapeText.Of(inputs[0].shape)}, {inputs[0].dtype}",
            _ => $" for inputs of shapes {string.Join(" and ", inputs.Select(i => $"{ShapeText.Of(i.shape)}, {i.dtype}"))}",
        };
        return Of(fault, $"the encoder's {part} fails{given}: {Text(fault)}", latent);
    }

    /// <summary>A fault of a network that is neither the model's nor the guide's.</summary>
    /// <param name="fault">The library's.</param>
    /// <param name="network">Whose it is and what it is called.</param>
    /// <param name="kind">What its input is called.</param>
    /// <param name="input">Its input.</param>
    public static PplException InNetwork(Exception fault, string network, string kind, Tensor input) =>
        Of(fault, $"{network} fails for {kind} of shape {ShapeText.Of(input.shape)}, {input.dtype}: {Text(fault)}", null);

    private static PplException Of(Exception fault, string message, string? site) => fault switch
    {
        PplShapeException => new PplShapeException(message, site, fault),
        _ when Array.Exists(ShapeWords, word => fault.Message.Contains(word, StringComparison.OrdinalIgnoreCase)) =>
            new PplShapeException(message, site, fault),
        _ => new PplArgumentException(message, site, fault),
    };

    /// <summary>A tensor by name, with its range where it holds integers, which may be indices.</summary>
    private static string Describe(string name, Tensor tensor)
    {
        var text = $"{name} {ShapeText.Of(tensor.shape)} {tensor.dtype}";
        if (!is_integral(tensor) || tensor.dtype == ScalarType.Bool || tensor.numel() == 0) return text;
        using var scope = NewDisposeScope();
        return $"{text} of {tensor.min().ToInt64()} to {tensor.max().ToInt64()}";
    }

    private static string Advice(Exception fault, IReadOnlyList<(SiteInfo Site, Tensor Value)> sites)
    {
        if (!Array.Exists(ShapeWords, word => fault.Message.Contains(word, StringComparison.OrdinalIgnoreCase))) return "";
        var single = sites.FirstOrDefault(
            s => s.Site is { Kind: SiteKind.Latent, IsPlated: false, IsLocal: true, Plates.Count: 1 } && s.Value.dim() == 1).Site;
        return single is null ? "" : $" {single.Name} is one number a row: for n of them write {single.DistributionText}.Expand(n).";
    }
}

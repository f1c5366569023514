using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>
/// The running statistics of batch and instance norms. They move in the forward pass, before it is known whether the step will be made: a
/// step that is refused gives them back.
/// </summary>
internal sealed class NormStatistics
{
    private readonly List<(string Name, NormBase Layer)> layers;

    public NormStatistics(nn.Module model, nn.Module guide) =>
        layers = [.. Layers("model", model), .. Layers("guide", guide)];

    /// <summary>The layers that are in training, by name.</summary>
    public IReadOnlyList<string> Training => [.. layers.Where(l => l.Layer.training).Select(l => l.Name)];

    /// <summary>Copies that belong to the current dispose scope.</summary>
    public Copies Keep() => new(layers.Where(l => l.Layer.training).SelectMany(l => Buffers(l.Layer)));

    /// <summary>
    /// Runs a pass on one row in vain. A layer that sees one value a channel has no variance to divide by: libtorch computes NaN, PyTorch's
    /// layers raise.
    /// </summary>
    /// <param name="pass">The pass.</param>
    /// <param name="place">Where the row comes from, for the message.</param>
    /// <exception cref="PplArgumentException">A layer cannot take it; the message names it.</exception>
    public void TryOneRow(Action pass, string place)
    {
        var names = Training;
        if (names.Count == 0) return;
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var statistics = Keep();
        try
        {
            pass();
            if (NotFinite() is { } name) throw Refusal(name, place, "");
        }
        catch (Exception fault) when (fault is not PplException)
        {
            throw Refusal(string.Join(" or ", names), place, $" ({fault.Message.ReplaceLineEndings(" ").Trim()})");
        }
        finally
        {
            statistics.Restore();
        }
    }

    /// <summary>The first layer whose statistics are not finite, or null.</summary>
    public string? NotFinite()
    {
        using var scope = NewDisposeScope();
        foreach (var (name, layer) in layers)
        {
            if (Buffers(layer).Any(buffer => buffer.is_floating_point() && !buffer.isfinite().all().item<bool>())) return name;
        }

        return null;
    }

    private static PplArgumentException Refusal(string layer, string place, string reason) => new(
        $"{place} has one row, and {layer} sees one value a channel, which has no variance{reason}. "
        + "Leave such a batch out (FitOptions.DropLast), take another batch size, or put the layer in evaluation mode.");

    private static IEnumerable<(string Name, NormBase Layer)> Layers(string owner, nn.Module module)
    {
        foreach (var (name, child) in module.named_modules())
        {
            if (child is NormBase layer) yield return ($"{layer.GetType().Name} '{name}' of the {owner}", layer);
        }
    }

    private static IEnumerable<Tensor> Buffers(NormBase layer)
    {
        foreach (var (_, buffer) in layer.named_buffers()) yield return buffer;
    }

    /// <summary>Statistics as they were.</summary>
    public sealed class Copies(IEnumerable<Tensor> buffers)
    {
        private readonly List<(Tensor Buffer, Tensor Copy)> kept = [.. buffers.Select(buffer => (buffer, buffer.clone()))];

        public void Restore()
        {
            using var grad = no_grad();
            foreach (var (buffer, copy) in kept) buffer.copy_(copy);
        }
    }
}

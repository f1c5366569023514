using Ppl.Flows;
using Ppl.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>
/// The running statistics of batch and instance norms, of flows that normalize, and of codebooks. They move in the forward pass, before it is
/// known whether the step will be made: a step that is refused gives them back.
/// </summary>
internal sealed class NormStatistics
{
    private readonly List<(string Name, nn.Module Layer)> moving;
    private readonly List<(string Name, NormBase Layer)> layers;

    public NormStatistics(nn.Module model, nn.Module guide)
    {
        moving = [.. Moving("model", model), .. Moving("guide", guide)];
        layers = [.. moving.Where(l => l.Layer is NormBase).Select(l => (l.Name, (NormBase)l.Layer))];
    }

    /// <summary>The layers that are in training, by name.</summary>
    public IReadOnlyList<string> Training => [.. layers.Where(l => l.Layer.training).Select(l => l.Name)];

    /// <summary>Copies that belong to the current dispose scope.</summary>
    public Copies Keep() => new(moving.Where(l => l.Layer.training).Select(l => l.Layer));

    /// <summary>
    /// Runs a pass in vain, to see whether a layer would divide by the variance of one value: libtorch computes NaN, or always the same
    /// number; PyTorch's layers raise.
    /// </summary>
    /// <param name="pass">The pass.</param>
    /// <param name="place">Where the rows come from, for the message.</param>
    /// <exception cref="PplArgumentException">A layer would; the message names it.</exception>
    public void RequireVariance(Action pass, string place)
    {
        if (layers.Count == 0) return;
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var statistics = Keep();
        try
        {
            using (Watch(place)) pass();
            if (NotFinite() is { } name) throw Refusal(name, place);
        }
        finally
        {
            statistics.Restore();
        }
    }

    /// <summary>Refuses, until the result is disposed, what a layer is given that has one value a channel.</summary>
    /// <param name="place">Where the rows come from, for the message.</param>
    public IDisposable Watch(string place) => new Watching(layers, place);

    /// <summary>The first layer whose statistics are not finite, or null.</summary>
    public string? NotFinite()
    {
        using var scope = NewDisposeScope();
        foreach (var (name, layer) in moving)
        {
            if (Buffers(layer).Any(buffer => buffer.is_floating_point() && !buffer.isfinite().all().ToBoolean())) return name;
        }

        return null;
    }

    private static PplArgumentException Refusal(string layer, string place) => new(
        $"{place}: {layer} sees one value a channel, which has no variance. Where a batch has one row, leave it out (FitOptions.DropLast), take "
        + "another batch size, or put the layer in evaluation mode; where each row has one value, normalize over more, as LayerNorm does.");

    /// <summary>How many values a layer's mean and variance are of; null where they are the running ones.</summary>
    private static long? ValuesOf(NormBase layer, Tensor input)
    {
        if (!layer.training && layer.track_running_stats) return null;
        if (layer is not InstanceNorm) return input.dim() < 2 ? null : input.numel() / Math.Max(1, input.shape[1]);
        var places = layer switch { InstanceNorm1d => 1, InstanceNorm2d => 2, _ => 3 };
        return input.dim() <= places ? null : input.shape.TakeLast(places).Aggregate(1L, (product, size) => product * size);
    }

    private static IEnumerable<(string Name, nn.Module Layer)> Moving(string owner, nn.Module module)
    {
        foreach (var (name, layer) in module.named_modules())
        {
            if (layer is NormBase or BatchNormalization or Codebook) yield return ($"{layer.GetType().Name} '{name}' of the {owner}", layer);
        }
    }

    private static IEnumerable<Tensor> Buffers(nn.Module layer)
    {
        foreach (var (_, buffer) in layer.named_buffers()) yield return buffer;
    }

    /// <summary>Hooks that look at what the layers are given.</summary>
    private sealed class Watching : IDisposable
    {
        private readonly List<Action> removers = [];

        public Watching(List<(string Name, NormBase Layer)> layers, string place)
        {
            foreach (var (name, layer) in layers)
                removers.Add(layer.register_forward_pre_hook((_, input) => ValuesOf(layer, input) == 1 ? throw Refusal(name, place) : input).remove);
        }

        public void Dispose() => removers.ForEach(remove => remove());
    }

    /// <summary>Statistics as they were.</summary>
    public sealed class Copies(IEnumerable<nn.Module> layers)
    {
        private readonly List<(nn.Module Layer, List<Tensor> Copies)> kept =
            [.. layers.Select(layer => (layer, Buffers(layer).Select(buffer => buffer.clone()).ToList()))];

        /// <summary>Gives the layers their statistics back, also where <c>to(...)</c> has put others in the place of their buffers.</summary>
        public void Restore()
        {
            using var grad = no_grad();
            foreach (var (layer, copies) in kept)
            {
                foreach (var (buffer, copy) in Buffers(layer).Zip(copies)) buffer.copy_(copy);
            }
        }
    }
}

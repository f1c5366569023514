using Ppl.Contracts;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>How large the largest tensor of a pass is for one row: found by watching what the networks return in a pass of a few rows.</summary>
internal sealed class PassWidth : IDisposable
{
    private readonly long rows;
    private readonly List<Action> removers = [];
    private long bytes = 1;

    private PassWidth(nn.Module model, Guide guide, long rows)
    {
        this.rows = rows;
        foreach (var module in model.modules().Concat(guide.modules()).Append(model)) Watch(module);
    }

    /// <summary>Bytes for each particle of each row.</summary>
    /// <param name="model">The model, in evaluation mode.</param>
    /// <param name="guide">Its guide, prepared and in evaluation mode.</param>
    /// <param name="batch">A few rows.</param>
    public static long Measure(nn.Module model, Guide guide, Batch batch)
    {
        using var scope = NewDisposeScope();
        using var width = new PassWidth(model, guide, batch.Count);
        foreach (var tensor in batch.Tensors) width.See(tensor);
        foreach (var term in GuidedPass.Terms(guide, batch, 1, TermForm.Sampled))
        {
            var size = term.Model is { } own ? EventSum.Count(SiteShapes.Event(term.Site, own), 0) : 1;
            width.See(size * term.LogP!.numel(), term.LogP.element_size());
            if (term.Value is { } value) width.See(value);
        }

        return width.bytes;
    }

    public void Dispose()
    {
        foreach (var remove in removers) remove();
    }

    private void Watch(nn.Module module)
    {
        switch (module)
        {
            case nn.Module<Tensor, Tensor> one:
                removers.Add(one.register_forward_hook((_, _, output) => See(output)).remove);
                break;
            case nn.Module<Tensor, Tensor, Tensor> two:
                removers.Add(two.register_forward_hook((_, _, _, output) => See(output)).remove);
                break;
            case nn.Module<Tensor, Tensor, (Tensor, Tensor)> recurrent:
                removers.Add(recurrent.register_forward_hook((_, _, _, output) => (See(output.Item1), output.Item2)).remove);
                break;
            case nn.Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor, Tensor)> memory:
                removers.Add(memory.register_forward_hook((_, _, _, output) => (See(output.Item1), output.Item2, output.Item3)).remove);
                break;
            default:
                // What it computes is not seen: a layer of its own has as many outputs as a side of its weight, about.
                foreach (var parameter in module.parameters(recurse: false))
                    See(rows * parameter.shape.DefaultIfEmpty(1).Max(), parameter.element_size());
                break;
        }
    }

    private Tensor See(Tensor output)
    {
        See(output.numel(), output.element_size());
        return output;
    }

    private void See(long count, long size) => bytes = Math.Max(bytes, count * size / rows);
}

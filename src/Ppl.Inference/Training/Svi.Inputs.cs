using Ppl.Contracts;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <content>What a step by hand is given.</content>
public sealed partial class Svi
{
    /// <summary>Takes data by hand. Networks that have been disposed of are looked for where something fails, and only then.</summary>
    private ObjectiveResult Take(Func<Batch> given, Func<Batch, ObjectiveResult> make)
    {
        Tensor[] values = [];
        try
        {
            var batch = given();
            ArgumentNullException.ThrowIfNull(batch);
            if (!CarriesGraph(batch)) return make(batch);
            values = [.. batch.Tensors.Select(tensor => tensor.detach())];
            return make(batch.With(values));
        }
        catch (Exception fault) when (Disposal.Find(model, guide, objective.Networks, fault) is { } named)
        {
            throw named;
        }
        finally
        {
            foreach (var tensor in values) tensor.Dispose();
        }
    }

    /// <summary>Whether backpropagation would run on into what the data were computed from, which the user is told of.</summary>
    private bool CarriesGraph(Batch batch)
    {
        var found = false;
        for (var i = 0; i < batch.Tensors.Count; i++)
        {
            if (!batch[i].requires_grad) continue;
            Tell($"{guide.Plan.Inputs[i].Name} carries a graph (requires_grad): a step takes its values alone, "
                + "and nothing is trained that they were computed from");
            found = true;
        }

        return found;
    }
}

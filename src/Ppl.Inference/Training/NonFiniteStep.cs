using Ppl.Contracts;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>Finds out why a step's bound is not finite, by repeating the pass with the same noise.</summary>
internal static class NonFiniteStep
{
    /// <param name="guide">The guide, with its model.</param>
    /// <param name="objective">The bound.</param>
    /// <param name="batch">The step's data; torch's generator is at the step's seed again.</param>
    /// <param name="step">The step's number, from 1.</param>
    /// <param name="checkpoint">The last good checkpoint, or null.</param>
    public static NonFiniteException Diagnose(Guide guide, Objective objective, Batch batch, long step, string? checkpoint)
    {
        var keep = checkpoint is null ? "" : $" The last good checkpoint is {checkpoint}.";
        // A weight that is NaN came from an earlier update; everything that the sites show follows from it.
        if (BadParameter(guide) is { } parameter)
        {
            return new NonFiniteException(
                $"step {step}: parameter {parameter} is not finite since an earlier update: its gradient overflowed. "
                + $"Lower the learning rate.{keep}");
        }

        using var scope = NewDisposeScope();
        using var grad = no_grad();
        try
        {
            guide.Terms(guide.Draw(batch, objective.Particles), objective.Form).Diagnose();
        }
        catch (PplException fault)
        {
            var prefix = $"{fault.Site}: ";
            var reason = fault.Message.StartsWith(prefix, StringComparison.Ordinal) ? fault.Message[prefix.Length..] : fault.Message;
            return new NonFiniteException(
                $"step {step}: the {objective.Name} is not finite, no update was made. {reason}.{keep}", fault.Site);
        }

        return new NonFiniteException(
            $"step {step}: the {objective.Name} is not finite, although each site's terms are: their sum overflows.{keep}");
    }

    private static string? BadParameter(Guide guide)
    {
        using var scope = NewDisposeScope();
        foreach (var (owner, module) in new[] { ("model", (nn.Module)guide.Model), ("guide", guide) })
        {
            foreach (var (name, parameter) in module.named_parameters())
            {
                if (!isfinite(parameter).all().item<bool>()) return $"'{name}' of the {owner}";
            }
        }

        return null;
    }
}

using System.Globalization;
using Ppl.Contracts;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>Finds out why a step's bound or gradient is not finite, by repeating the pass with the same noise.</summary>
/// <param name="networks">What is trained.</param>
/// <param name="guide">The guide, with its model.</param>
/// <param name="objective">The bound.</param>
/// <param name="batch">The step's data.</param>
/// <param name="step">The step's number, from 1.</param>
/// <param name="checkpoint">The last good checkpoint, or null.</param>
internal sealed class NonFiniteStep(
    TrainedNetworks networks, Guide guide, Objective objective, Batch batch, long step, string? checkpoint)
{
    /// <summary>Why the bound is not finite.</summary>
    /// <param name="noise">The step's noise.</param>
    public NonFiniteException Bound(StepSeed.Loan noise)
    {
        if (InData($"the {objective.Name}") is { } data) return data;

        // A weight that is NaN came from an earlier update; everything that the sites show follows from it.
        if (StateCheck.BadParameter(networks) is { } parameter)
            return Fault($"{parameter}, since an earlier update: its gradient or the learning rate was too large. Lower the learning rate");

        using var scope = NewDisposeScope();
        using var grad = no_grad();
        if (!objective.UsesGuide)
        {
            noise.Restart();
            return Fault($"the {objective.Name} is not finite, no update was made: {objective.NotFinite(guide, batch)}");
        }

        try
        {
            var terms = Terms(noise);
            terms.Diagnose();
            if (objective.Combine(terms).Bound.isfinite().ToBoolean())
            {
                return Fault(
                    $"the {objective.Name} is not finite, no update was made. Computed again with the same noise it is finite, so that "
                    + $"{guide.Plan.Model} or its guide is not a function of data, draws and parameters");
            }
        }
        catch (PplException fault)
        {
            var prefix = $"{fault.Site}: ";
            var reason = fault.Message.StartsWith(prefix, StringComparison.Ordinal) ? fault.Message[prefix.Length..] : fault.Message;
            return Fault($"the {objective.Name} is not finite, no update was made. {reason}", fault.Site);
        }

        var cause = objective.Networks is null ? "their sum overflows" : "the numbers of its own network are not, or the sum overflows";
        return Fault($"the {objective.Name} is not finite, although each site's terms are: {cause}; no update was made");
    }

    /// <summary>Why the gradient of a finite bound is not finite.</summary>
    /// <param name="updater">Knows the parameters that have an optimizer.</param>
    /// <param name="left">Those of them that the step leaves as they are.</param>
    /// <param name="noise">The step's noise.</param>
    public NonFiniteException Gradient(ParameterUpdater updater, IReadOnlyList<NamedParameter> left, StepSeed.Loan noise)
    {
        if (InData("the gradient") is { } data) return data;
        var finite = $"although the {objective.Name} is finite, no update was made";
        var trained = updater.Trained;
        ParameterUpdater.ForgetGradients(updater.Parameters);
        noise.Restart();
        objective.Accumulate(guide, batch).Dispose();
        ParameterUpdater.ForgetGradients(left);
        var bad = trained.Where(p => NotFinite(p) is not null).ToList();
        if (bad.Count == 0)
        {
            // Looked for before the norm is taken, which multiplies by ∞ / ∞ where it overflows.
            var largest = trained.MaxBy(Largest)!;
            var size = Largest(largest);
            if (updater.Norm() is not null)
            {
                return Fault(
                    $"the gradient is not finite, {finite}. Computed again with the same noise it is finite: a callback changed it, or "
                    + $"{guide.Plan.Model} or its guide is not a function of data, draws and parameters");
            }

            return Fault(string.Create(
                CultureInfo.InvariantCulture,
                $"the gradient's square overflows, {finite}. The largest number is {size:G3}, in the gradient of {largest}"));
        }

        var others = bad.Count == 1 ? "" : $", as are those of {bad.Count - 1} other parameters";
        var what = $"the gradient of {bad[0]} is not finite, {finite}; found {NotFinite(bad[0])}{others}";
        if (!objective.UsesGuide || bad[0].Owner == "objective") return Fault(what);
        return Origin(trained, bad[0], noise) is var (site, term)
            ? Fault($"{what}. It comes from {term}", site)
            : Fault($"{what}. No site's term alone makes it so: their sum overflows");
    }

    /// <summary>The first number of the step's data that is not finite, as the cause; null where all are.</summary>
    private NonFiniteException? InData(string what)
    {
        var masks = guide.MasksOf(batch);
        for (var i = 0; i < batch.Tensors.Count; i++)
        {
            if (Shapes.ValueCheck.Finite(guide.Seen(i, masks), "value", "a finite value is needed") is not { } fault) continue;
            return Fault($"{what} is not finite, no update was made. The cause is in the step's data: {fault.Message}", guide.Plan.Inputs[i].Name);
        }

        return null;
    }

    /// <summary>The first site whose term, by itself, has a gradient that is not finite.</summary>
    private (string Site, string Term)? Origin(IReadOnlyList<NamedParameter> trained, NamedParameter parameter, StepSeed.Loan noise)
    {
        var count = 1;
        for (var i = 0; i < count; i++)
        {
            using var scope = NewDisposeScope();
            ParameterUpdater.ForgetGradients(trained);
            var candidates = Terms(noise).SelectMany(Parts).ToList();
            count = candidates.Count;
            var (site, name, term) = candidates[i];
            if (!term.requires_grad) continue;
            term.sum().backward();
            if (NotFinite(parameter) is not null) return (site, name);
        }

        return null;
    }

    private static IEnumerable<(string Site, string Name, Tensor Term)> Parts(SiteTerm term)
    {
        if (term.LogP is { } logP) yield return (term.Site.Name, $"log p({term.Site.Name})", logP);
        if (term.LogQ is { } logQ) yield return (term.Site.Name, $"log q({term.Site.Name})", logQ);
        if (term.Kl is { } kl) yield return (term.Site.Name, LogWeight.IsPoint(term) ? $"-log p({term.Site.Name})" : $"KL {term.Site.Name}", kl);
    }

    private SiteTerms Terms(StepSeed.Loan noise)
    {
        noise.Restart();
        return guide.Terms(guide.Draw(batch, objective.Particles, objective.Scope), objective.Form);
    }

    private static string? NotFinite(NamedParameter parameter)
    {
        using var gradient = parameter.Value.grad;
        if (gradient is null || Shapes.ValueCheck.Finite(gradient, "value", "") is not { } fault) return null;
        return $"{fault.Value.ToString("G6", CultureInfo.InvariantCulture)} at {Shapes.ShapeText.Index(fault.Index)}";
    }

    private static double Largest(NamedParameter parameter)
    {
        using var scope = NewDisposeScope();
        return parameter.Value.grad is { } gradient && gradient.numel() > 0 ? gradient.abs().max().ToDouble() : 0;
    }

    private NonFiniteException Fault(string what, string? site = null) =>
        new($"step {step}: {what}.{(checkpoint is null ? "" : $" The last good checkpoint is {checkpoint}.")}", site);
}

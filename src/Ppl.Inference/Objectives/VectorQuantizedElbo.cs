using System.Globalization;
using Ppl.Contracts;
using Ppl.Distributions;
using Ppl.Networks;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>See <see cref="Objective.VectorQuantized"/>.</summary>
internal sealed class VectorQuantizedElbo(double commitment, double codebook) : Objective(1, GradientForm.Plain)
{
    public override string Name => "vector-quantized ELBO";

    public override TermForm Form => TermForm.ClosedFormWhereLegal;

    public override ParticleScope Scope => ParticleScope.Joint;

    public override Objective Measured => new ElboObjective(1, KlForm.ClosedForm, GradientForm.Plain);

    protected internal override bool HasPenalty => true;

    private protected override string Title =>
        string.Create(CultureInfo.InvariantCulture, $"{Name}, commitment {commitment}{(codebook == 1 ? "" : $", codebook {codebook}")}");

    internal override void RequireMeaning(Guide guide)
    {
        if (!guide.KnowsLatents) return;
        var encoders = guide.LatentSites.Select(site => guide.FindEncoder(site.Name)).ToList();
        if (!encoders.TrueForAll(encoder => encoder is { IsPrepared: true } && encoder.Head is not QuantizerHead)) return;
        throw new PplArgumentException(
            $"{this}: no latent of {guide.Plan.Model} is rounded to a codebook, z = Sample(Codeword(codebook)), so that nothing is committed to. Use "
            + "Objective.Elbo().");
    }

    protected override Tensor PerDatum(TermGroup group) => Penalized(group, keepsRows: true);

    protected override Tensor OfOuter(TermGroup group) => Penalized(group, keepsRows: false);

    private Tensor Penalized(TermGroup group, bool keepsRows)
    {
        var bound = group.LogWeight.mean([0]);
        foreach (var term in group.Terms)
        {
            if (term.Guide is not Quantized q) continue;
            var penalty = Penalty(q);
            bound = bound - (keepsRows ? EventSum.SumLast(penalty, (int)penalty.dim() - 1) : penalty.sum().unsqueeze(0));
        }

        return bound;
    }

    // A table without a gradient is one of moving averages, which follow the encoder without a loss.
    private Tensor Penalty(Quantized q)
    {
        var (z, e) = (q.Location, q.Nearest);
        var committed = (z - e.detach()).square() * commitment;
        return e.requires_grad ? committed + ((z.detach() - e).square() * codebook) : committed;
    }
}

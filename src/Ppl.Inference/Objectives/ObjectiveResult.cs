using System.Globalization;
using Ppl.Contracts;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>The value of an objective on a batch. Numbers are read from the tensors when they are asked for, and only then.</summary>
/// <remarks>It owns its tensors: dispose of it, or let <see cref="Svi"/> do so at its next step.</remarks>
public sealed class ObjectiveResult : IDisposable
{
    private readonly Tensor? perDatum;
    private readonly SiteTerms? terms;
    private readonly IDisposable[] owned;
    private readonly bool hasPenalty;
    private double? bound;
    private BoundValue? value;

    internal ObjectiveResult(Tensor bound, Tensor? perDatum, SiteTerms terms, bool hasPenalty)
    {
        (Value, this.perDatum, this.terms, this.hasPenalty) = (bound, perDatum, terms, hasPenalty);
        owned = [bound, .. perDatum is null ? [] : new[] { perDatum }, .. terms.SelectMany(Tensors)];
        Rows = terms.Layout.Plan.RowsPlates.FirstOrDefault() is { } plate ? terms.Layout.Plates[plate.Index].Size : 1;
    }

    /// <summary>The value of an objective that has no terms of sites: the mean over the rows.</summary>
    /// <param name="perDatum">A number for each row, [B].</param>
    internal ObjectiveResult(Tensor perDatum)
    {
        (Value, this.perDatum, Rows) = (perDatum.mean(), perDatum, perDatum.shape[0]);
        owned = [Value, perDatum];
    }

    /// <summary>Whether the bound is one for each datum or one number for the whole data.</summary>
    public BoundUnit Unit => perDatum is null ? BoundUnit.Total : BoundUnit.PerDatum;

    /// <summary>The bound with its graph.</summary>
    internal Tensor Value { get; }

    /// <summary>B, the rows of the batch; 1 for a model without.</summary>
    public long Rows { get; }

    /// <summary>The bound in nats: the mean over the rows, or one number for the whole data, as <see cref="Unit"/> says.</summary>
    public double Bound => bound ??= Value.ToDouble();

    /// <summary>The bound of each datum, [B], without gradient.</summary>
    /// <exception cref="PplArgumentException">The bound is one number for the whole data.</exception>
    public Tensor PerDatum => perDatum?.detach() ?? throw new PplArgumentException(
        $"the bound of {terms!.Layout.Plan.Model} is one number for the whole data, since not all its sites stand in one rows plate.");

    /// <summary>The bound and each site's part.</summary>
    public BoundValue Read()
    {
        if (value is not null) return value;
        value = new BoundValue(Bound, terms is null ? [] : LogWeight.Parts(terms)) { Unit = Unit };
        if (hasPenalty) value = value with { Penalty = value.Reconstruction - value.Kl - Bound };
        return value;
    }

    /// <summary>The bound and the number of rows.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Bound:F3} {(Unit == BoundUnit.Total ? "in total " : "")}({Rows} rows)");

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        foreach (var tensor in owned) tensor.Dispose();
    }

    /// <summary>Takes the tensors out of the dispose scope that they were made in.</summary>
    internal ObjectiveResult KeepFrom(DisposeScope scope)
    {
        scope.Detach(owned);
        return this;
    }

    private static IEnumerable<Tensor> Tensors(SiteTerm term)
    {
        if (term.LogP is { } logP) yield return logP;
        if (term.LogQ is { } logQ) yield return logQ;
        if (term.Kl is { } kl) yield return kl;
    }
}

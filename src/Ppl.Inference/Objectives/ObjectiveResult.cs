using System.Globalization;
using Ppl.Contracts;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>The value of an objective on a batch. Numbers are read from the tensors when they are asked for, and only then.</summary>
/// <remarks>It owns its tensors: dispose of it, or let <see cref="Svi"/> do so at its next step.</remarks>
public sealed class ObjectiveResult : IDisposable
{
    private readonly Tensor perDatum;
    private readonly Tensor mean;
    private readonly SiteTerms terms;
    private readonly IDisposable[] owned;
    private double? bound;

    internal ObjectiveResult(Tensor perDatum, Tensor mean, SiteTerms terms)
    {
        (this.perDatum, this.mean, this.terms) = (perDatum, mean, terms);
        owned = [perDatum, mean, .. terms.SelectMany(Tensors)];
    }

    /// <summary>B, the rows of the batch.</summary>
    public long Rows => perDatum.shape[0];

    /// <summary>The mean bound over the rows, in nats for each datum.</summary>
    public double Bound => bound ??= mean.ToDouble();

    /// <summary>The bound of each datum, [B], without gradient.</summary>
    public Tensor PerDatum => perDatum.detach();

    /// <summary>The bound and the mean of each site's part.</summary>
    public BoundValue Read() => new(Bound, LogWeight.Parts(terms));

    /// <summary>The mean bound and the number of rows.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Bound:F3} ({Rows} rows)");

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

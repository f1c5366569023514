using System.Globalization;
using System.Text.Json;
using Ppl.Data;

namespace Ppl.Inference;

/// <summary>Ends a fit whose bound on the held-out set no longer rises.</summary>
/// <remarks>
/// Each evaluation counts: those at the ends of epochs (<see cref="FitOptions.HeldOutEvery"/>) and those within them
/// (<see cref="FitOptions.HeldOutEverySteps"/>). The count goes on over a resume and in the next fit of the same engine; it begins anew with
/// another objective or another held-out set, and after it has ended a fit. The best weights are those of
/// <see cref="FitOptions.BestCheckpoint"/>. The value of a critic, as of <see cref="Objective.Gan"/>, does not tell how good the model is: a fit
/// under it refuses both.
/// </remarks>
public sealed class EarlyStopping : ITrainingCallback, ICheckpointedState
{
    private readonly int patience;
    private readonly double minDelta;
    private readonly HighestBound highest = new();
    private DataIdentity? heldOut;

    /// <summary>Makes the callback.</summary>
    /// <param name="patience">Evaluations in a row without a rise after which the fit ends, at least 1.</param>
    /// <param name="minDelta">The least rise above the highest bound that counts as one, in nats: finite, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its domain.</exception>
    public EarlyStopping(int patience, double minDelta = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(patience, 1);
        if (!double.IsFinite(minDelta) || minDelta < 0)
            throw new ArgumentOutOfRangeException(nameof(minDelta), minDelta, "the least rise is a finite number, at least 0");
        (this.patience, this.minDelta) = (patience, minDelta);
    }

    /// <inheritdoc/>
    public string StateName => "early stopping";

    /// <summary>The rule: <c>early stopping after 5 evaluations without a rise of 0.1</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"early stopping after {patience} evaluations without a rise of {minDelta}");

    /// <inheritdoc/>
    public JsonElement SaveState() => highest.Save();

    /// <inheritdoc/>
    public void LoadState(JsonElement? state) => highest.Load(state);

    /// <inheritdoc/>
    /// <exception cref="PplArgumentException">The fit has no held-out set.</exception>
    public void OnFitBegin(Svi svi, FitReport fit)
    {
        ArgumentNullException.ThrowIfNull(svi);
        ArgumentNullException.ThrowIfNull(fit);
        heldOut = fit.HeldOut ?? throw new PplArgumentException("early stopping watches the bound on a held-out set; the fit has none.");
        highest.Watch(HighestBound.Subject(svi.Objective, heldOut));
    }

    /// <inheritdoc/>
    public void OnHeldOut(Svi svi, HeldOutReport report)
    {
        ArgumentNullException.ThrowIfNull(svi);
        ArgumentNullException.ThrowIfNull(report);
        highest.Watch(HighestBound.Subject(svi.Objective, heldOut));
        if (highest.Add(report, minDelta, checkpoint: null) || highest.Waited < patience) return;
        highest.Waited = 0;
        svi.RequestStop(string.Create(
            CultureInfo.InvariantCulture, $"the held-out {report.Objective} has not risen {Rise}in {patience} evaluations{Best}"));
    }

    private string Rise => minDelta == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"by more than {minDelta} ");

    private string Best => highest.Best is { } best
        ? string.Create(CultureInfo.InvariantCulture, $"; the highest was {best.Bound:F3} after step {best.Step}")
        : "";
}

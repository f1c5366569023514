using Ppl.Data;
using Ppl.Inference.Tests.EndToEnd;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Training;

public sealed class EarlyStoppingTests : IDisposable
{
    private readonly Dataset heldOut = Dataset.From(Ppca.Data(20, seed: 9));

    public void Dispose() => (heldOut as IDisposable)?.Dispose();

    /// <summary>With a rate of 0 nothing ever rises above the first evaluation.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_bound_that_does_not_rise_ends_the_fit_after_so_many_evaluations(int patience)
    {
        using var run = new Run(optimizer: p => optim.Adam(p, lr: 0));
        var result = Fit(run, 20, new EarlyStopping(patience));
        Assert.Equal(FitEnd.Stopped, result.End);
        Assert.Equal(1 + patience, result.Epochs.Count);
        Assert.Equal(1, result.Best!.Epoch);
        Assert.StartsWith($"the held-out ELBO has not risen in {patience} evaluations; the highest was -", result.Reason, StringComparison.Ordinal);
        Assert.EndsWith("after step 4", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bound_that_rises_goes_on()
    {
        using var run = new Run(optimizer: p => optim.Adam(p, lr: 0.01));
        Assert.Equal(FitEnd.Epochs, Fit(run, 6, new EarlyStopping(1)).End);
    }

    [Fact]
    public void A_rise_below_the_least_one_is_none()
    {
        using var run = new Run(optimizer: p => optim.Adam(p, lr: 0.01));
        var result = Fit(run, 6, new EarlyStopping(2, minDelta: 1e3));
        Assert.Equal(3, result.Epochs.Count);
        Assert.Contains("by more than 1000", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluations_within_epochs_count()
    {
        using var run = new Run(optimizer: p => optim.Adam(p, lr: 0));
        var result = Fit(run, 20, new EarlyStopping(2), every: 1);
        Assert.Equal(3, run.Svi.Steps);
        Assert.Empty(result.Epochs);
    }

    [Fact]
    public void The_count_goes_on_in_the_next_fit_and_begins_anew_once_it_has_ended_one()
    {
        using var run = new Run(optimizer: p => optim.Adam(p, lr: 0));
        Assert.Equal(FitEnd.Epochs, Fit(run, 2, new EarlyStopping(3)).End);
        Assert.Equal(2, Fit(run, 20, new EarlyStopping(3)).Epochs.Count);
        Assert.Equal(3, Fit(run, 20, new EarlyStopping(3)).Epochs.Count);
    }

    [Fact]
    public void Another_objective_or_another_held_out_set_begins_anew()
    {
        using var run = new Run(optimizer: p => optim.Adam(p, lr: 0));
        Fit(run, 3, new EarlyStopping(3));
        run.Svi.Objective = Objective.Iwae(5);
        Assert.Equal(4, Fit(run, 20, new EarlyStopping(3)).Epochs.Count);

        using var other = Dataset.From(Ppca.Data(20, seed: 10));
        var result = run.Svi.Fit(run.Data, 20, 16, other, new FitOptions { Callbacks = [new EarlyStopping(3)] });
        Assert.Equal(4, result.Epochs.Count);
    }

    /// <summary>A callback may change the objective in the middle of a fit: a higher bound of before is none of the new one's.</summary>
    [Fact]
    public void Another_objective_within_a_fit_begins_anew()
    {
        using var folder = new TemporaryFolder();
        using var run = new Run(optimizer: p => optim.Adam(p, lr: 0), objective: Objective.Iwae(50));
        var result = run.Svi.Fit(run.Data, 20, 16, heldOut, new FitOptions
        {
            BestCheckpoint = folder.File("best.ckpt"),
            Callbacks = [new EarlyStopping(3), new AtEpoch(2, svi => svi.Objective = Objective.Elbo())],
        });
        Assert.Equal(6, result.Epochs.Count);
        Assert.Equal(3, result.Best!.Epoch);
        Assert.Equal(result.Epochs[2].HeldOut!.Bound, result.Best.Bound);
        Assert.True(result.Best.Bound < result.Epochs[0].HeldOut!.Bound);
        Assert.Equal(result.Epochs[^1].Training, result.Training);
    }

    [Fact]
    public void One_callback_in_two_runs_does_not_carry_the_first_ones_bound_over()
    {
        var shared = new EarlyStopping(3);
        for (var i = 0; i < 2; i++)
        {
            using var run = new Run(optimizer: p => optim.Adam(p, lr: 0));
            Assert.Equal(4, Fit(run, 20, shared).Epochs.Count);
        }
    }

    [Fact]
    public void Values_outside_their_domains_are_refused_by_name()
    {
        Assert.Equal("patience", Assert.Throws<ArgumentOutOfRangeException>(() => new EarlyStopping(0)).ParamName);
        foreach (var delta in new[] { -1, double.NaN, double.PositiveInfinity })
            Assert.Equal("minDelta", Assert.Throws<ArgumentOutOfRangeException>(() => new EarlyStopping(1, delta)).ParamName);
    }

    private FitResult Fit(Run run, int epochs, EarlyStopping stopping, int? every = null) =>
        run.Svi.Fit(run.Data, epochs, 16, heldOut, new FitOptions { Callbacks = [stopping], HeldOutEverySteps = every });
}

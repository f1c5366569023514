namespace Ppl.Inference.Tests.Objectives;

/// <summary>Numbers of schedules.</summary>
public sealed class ScheduleTests
{
    [Fact]
    public void A_number_is_a_schedule()
    {
        Schedule four = 4;
        Assert.Equal(4, four.At(0));
        Assert.Equal(4, four.At(1_000_000_000_000));
        Assert.Equal("4", four.ToString());
        Assert.Equal("0.5", Schedule.FromDouble(0.5).ToString());
    }

    [Fact]
    public void A_warm_up_is_linear_and_stays()
    {
        var warmUp = Schedule.Linear(0, 2, 4);
        Assert.Equal([0, 0.5, 1, 1.5, 2, 2, 2], new[] { 0L, 1, 2, 3, 4, 5, 400 }.Select(warmUp.At));
        Assert.Equal("linear 0 to 2 in 4 steps", warmUp.ToString());
    }

    [Fact]
    public void A_cosine_has_slow_ends()
    {
        var rise = Schedule.Cosine(1, 3, 6);
        double[] expected = [1, 3 - Math.Sqrt(3) / 2 - 1, 1.5, 2, 2.5, 2 + Math.Sqrt(3) / 2, 3, 3];
        for (var step = 0; step < expected.Length; step++) Assert.Equal(expected[step], rise.At(step), 1e-12);
    }

    /// <summary>Fu et al. 2019: within a cycle linear up to R of it, then 1.</summary>
    [Fact]
    public void A_cycle_begins_again()
    {
        var cycles = Schedule.Cyclic(8, ramp: 0.5);
        double[] once = [0, 0.25, 0.5, 0.75, 1, 1, 1, 1];
        Assert.Equal([.. once, .. once, 0], Enumerable.Range(0, 17).Select(step => cycles.At(step)));
        Assert.Equal(1 + (0.75 * 2), Schedule.Cyclic(4, from: 1, to: 3, ramp: 1).At(7), 1e-12);
    }

    [Fact]
    public void One_of_ones_own_has_a_name_and_gives_finite_numbers()
    {
        var own = Schedule.Of("1 / step", step => 1.0 / step);
        Assert.Equal(0.25, own.At(4));
        Assert.Equal("1 / step", own.ToString());
        var fault = Assert.Throws<PplArgumentException>(() => own.At(0));
        Assert.Contains("'1 / step' gives Infinity for step 0", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_outside_their_domains_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.FromDouble(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Linear(0, double.PositiveInfinity, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Linear(0, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Cosine(0, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Cyclic(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Cyclic(3, ramp: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Cyclic(3, ramp: 1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Linear(0, 1, 3).At(-1));
        Assert.Throws<ArgumentException>(() => Schedule.Of("", step => step));
    }
}

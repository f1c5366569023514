namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Steps all schedulers, each from the rates that the one before has set.</summary>
                public class ChainedLR : LRScheduler
                {
                    private readonly List<LRScheduler> schedulers;

                    public ChainedLR(IEnumerable<LRScheduler> schedulers)
                    {
                        this.schedulers = [.. schedulers ?? throw new ArgumentNullException(nameof(schedulers))];
                    }

                    public override void step()
                    {
                        foreach (var scheduler in schedulers)
                        {
                            scheduler.step();
                            _last_lrs = scheduler._last_lrs;
                        }
                    }
                }

                /// <summary>One scheduler after the other, changing at the milestones.</summary>
                public class SequentialLR : LRScheduler
                {
                    private readonly List<LRScheduler> schedulers;
                    private readonly List<int> milestones;

                    public SequentialLR(Optimizer optimizer, IEnumerable<LRScheduler> schedulers, IEnumerable<int> milestones,
                        int last_epoch = -1) : base(optimizer, last_epoch + 1, false)
                    {
                        this.schedulers = [.. schedulers ?? throw new ArgumentNullException(nameof(schedulers))];
                        this.milestones = [.. milestones ?? throw new ArgumentNullException(nameof(milestones))];
                        if (this.schedulers.Count != this.milestones.Count + 1)
                        {
                            throw new ArgumentException(
                                $"{this.schedulers.Count} schedulers do not fit {this.milestones.Count} milestones.", nameof(milestones));
                        }

                        // Every scheduler has made its first step already: all are taken back, and only the first starts.
                        foreach (var group in Groups) group.LearningRate = group.InitialLearningRate;

                        this.schedulers.ForEach(scheduler => scheduler._last_epoch--);
                        this.schedulers[0].Advance(null);
                        _last_lrs = this.schedulers[0]._last_lrs;
                    }

                    protected override IEnumerable<double> get_lr() => Current;

                    internal override void Advance(int? epoch)
                    {
                        _step_count++;
                        _last_epoch = epoch ?? _last_epoch + 1;
                        var active = milestones.Count(m => m <= _last_epoch);
                        var starts = active > 0 && milestones[active - 1] == _last_epoch;
                        schedulers[active].Advance(starts ? 0 : null);
                        _last_lrs = schedulers[active]._last_lrs;
                    }
                }

                /// <summary>The rate times a factor when a metric has not improved for more than a number of steps.</summary>
                public class ReduceLROnPlateau : LRScheduler
                {
                    private readonly bool smaller;
                    private readonly bool relative;
                    private readonly double factor;
                    private readonly int patience;
                    private readonly double threshold;
                    private readonly int cooldown;
                    private readonly double eps;
                    private readonly IList<double> floors;
                    private double best;
                    private int bad;
                    private int resting;

                    public ReduceLROnPlateau(Optimizer optimizer, string mode = "min", double factor = 0.1, int patience = 10,
                        double threshold = 1e-4, string threshold_mode = "rel", int cooldown = 0, IList<double> min_lr = null,
                        double eps = 1e-8, bool verbose = false) : base(optimizer, 0, verbose)
                    {
                        smaller = Choice(mode, "min", "max", nameof(mode));
                        relative = Choice(threshold_mode, "rel", "abs", nameof(threshold_mode));
                        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(factor, 1);
                        (this.factor, this.patience, this.threshold, this.cooldown, this.eps) =
                            (factor, patience, threshold, cooldown, eps);
                        floors = min_lr switch
                        {
                            null => [.. Enumerable.Repeat(0.0, Groups.Count)],
                            { Count: 1 } => [.. Enumerable.Repeat(min_lr[0], Groups.Count)],
                            _ => OneForEachGroup(min_lr, Groups.Count, nameof(min_lr)),
                        };
                        best = smaller ? double.PositiveInfinity : double.NegativeInfinity;
                    }

                    public override void step() => throw new InvalidOperationException("This scheduler needs the metric: step(current).");

                    public override void step(int? epoch) => step();

                    public override void step(double current, int? epoch = null)
                    {
                        _last_epoch = epoch ?? _last_epoch + 1;
                        if (IsBetter(current)) (best, bad) = (current, 0);
                        else bad++;

                        if (resting > 0) (resting, bad) = (resting - 1, 0);

                        if (bad > patience)
                        {
                            Set([.. Current.Zip(floors, (rate, floor) => Reduced(rate, floor))]);
                            (resting, bad) = (cooldown, 0);
                        }

                        _last_lrs = [.. Current];
                    }

                    private double Reduced(double rate, double floor)
                    {
                        var next = Math.Max(rate * factor, floor);
                        return rate - next > eps ? next : rate;
                    }

                    private bool IsBetter(double current) => (smaller, relative) switch
                    {
                        (true, true) => current < best * (1 - threshold),
                        (true, false) => current < best - threshold,
                        (false, true) => current > best * (1 + threshold),
                        (false, false) => current > best + threshold,
                    };

                    private static bool Choice(string given, string yes, string no, string name) =>
                        given == yes
                        || (given != no ? throw new ArgumentException($"'{given}' is neither '{yes}' nor '{no}'.", name) : false);
                }
            }
        }
    }
}

namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Rates (and, against them, momenta) that go up and down (Smith, 2017, arXiv:1506.01186).</summary>
                public class CyclicLR : LRScheduler
                {
                    private readonly List<double> highest;
                    private readonly double size;
                    private readonly double rise;
                    private readonly Func<double, double> scale;
                    private readonly ScaleMode scaleMode;
                    private readonly Momenta momenta;

                    public enum Mode
                    {
                        Triangular,
                        Triangular2,
                        ExpRange,
                    }

                    public enum ScaleMode
                    {
                        Cycle,
                        Iterations,
                    }

                    public CyclicLR(Optimizer optimizer, double base_lr, double max_lr, int step_size_up = 2000, int step_size_down = -1,
                        Mode mode = Mode.Triangular, double gamma = 1.0, Func<double, double> scale_fn = null,
                        ScaleMode scale_mode = ScaleMode.Cycle, bool cycle_momentum = true, double base_momentum = 0.8,
                        double max_momentum = 0.9, int last_epoch = -1, bool verbose = false) :
                        this(optimizer, ForEachGroup(optimizer, base_lr), ForEachGroup(optimizer, max_lr), step_size_up, step_size_down,
                            mode, gamma, scale_fn, scale_mode, cycle_momentum, ForEachGroup(optimizer, base_momentum),
                            ForEachGroup(optimizer, max_momentum), last_epoch, verbose)
                    {
                    }

                    public CyclicLR(Optimizer optimizer, IEnumerable<double> base_lr, IEnumerable<double> max_lr, int step_size_up = 2000,
                        int step_size_down = -1, Mode mode = Mode.Triangular, double gamma = 1.0, Func<double, double> scale_fn = null,
                        ScaleMode scale_mode = ScaleMode.Cycle, bool cycle_momentum = true, IEnumerable<double> base_momentum = null,
                        IEnumerable<double> max_momentum = null, int last_epoch = -1, bool verbose = false) :
                        base(optimizer, last_epoch, verbose)
                    {
                        var down = step_size_down == -1 ? step_size_up : step_size_down;
                        size = step_size_up + down;
                        rise = step_size_up / size;
                        highest = OneForEachGroup(max_lr, Groups.Count, nameof(max_lr));
                        _base_lrs = OneForEachGroup(base_lr, Groups.Count, nameof(base_lr));
                        if (last_epoch == -1) Set([.. _base_lrs]);

                        (scale, scaleMode) = scale_fn is not null ? (scale_fn, scale_mode) : mode switch
                        {
                            Mode.Triangular => (_ => 1.0, ScaleMode.Cycle),
                            Mode.Triangular2 => (cycle => 1 / Math.Pow(2, cycle - 1), ScaleMode.Cycle),
                            _ => ((Func<double, double>)(steps => Math.Pow(gamma, steps)), ScaleMode.Iterations),
                        };
                        momenta = cycle_momentum ? new Momenta(optimizer, base_momentum, max_momentum, 0.8, 0.9) : null;
                        if (last_epoch == -1) momenta?.Start(atLowest: true);

                        step();
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        var cycle = Math.Floor(1 + (_last_epoch / size));
                        var place = 1 + (_last_epoch / size) - cycle;
                        var height = place <= rise ? place / rise : (place - 1) / (rise - 1);
                        height *= scale(scaleMode == ScaleMode.Cycle ? cycle : _last_epoch);
                        momenta?.Set((lowest, top) => top - ((top - lowest) * height));
                        return _base_lrs.Zip(highest, (lowest, top) => lowest + ((top - lowest) * height));
                    }
                }

                /// <summary>One rise to the highest rate and one fall far below (Smith and Topin, 2018, arXiv:1708.07120).</summary>
                public class OneCycleLR : LRScheduler
                {
                    private readonly int total;
                    private readonly List<double> highest;
                    private readonly double initialPart;
                    private readonly double finalPart;
                    private readonly Func<double, double, double, double> anneal;
                    private readonly Momenta momenta;
                    private readonly (double End, Level From, Level To)[] phases;

                    public enum AnnealStrategy
                    {
                        Cos,
                        Linear,
                    }

                    private enum Level
                    {
                        Initial,
                        Highest,
                        Lowest,
                    }

                    public OneCycleLR(Optimizer optimizer, double max_lr, int total_steps = -1, int epochs = -1, int steps_per_epoch = -1,
                        double pct_start = 0.3, AnnealStrategy anneal_strategy = AnnealStrategy.Cos, bool cycle_momentum = true,
                        double base_momentum = 0.85, double max_momentum = 0.95, double div_factor = 25, double final_div_factor = 1e4,
                        bool three_phase = false, int last_epoch = -1, bool verbose = false) :
                        this(optimizer, ForEachGroup(optimizer, max_lr), total_steps, epochs, steps_per_epoch, pct_start, anneal_strategy,
                            cycle_momentum, ForEachGroup(optimizer, base_momentum), ForEachGroup(optimizer, max_momentum), div_factor,
                            final_div_factor, three_phase, last_epoch, verbose)
                    {
                    }

                    public OneCycleLR(Optimizer optimizer, IEnumerable<double> max_lr, int total_steps = -1, int epochs = -1,
                        int steps_per_epoch = -1, double pct_start = 0.3, AnnealStrategy anneal_strategy = AnnealStrategy.Cos,
                        bool cycle_momentum = true, IEnumerable<double> base_momentum = null, IEnumerable<double> max_momentum = null,
                        double div_factor = 25, double final_div_factor = 1e4, bool three_phase = false, int last_epoch = -1,
                        bool verbose = false) : base(optimizer, last_epoch, verbose)
                    {
                        total = total_steps != -1 ? total_steps : epochs * steps_per_epoch;
                        if (total <= 0 || (total_steps == -1 && (epochs <= 0 || steps_per_epoch <= 0)))
                            throw new ArgumentException("Either total_steps, or epochs and steps_per_epoch, must be given and positive.");

                        if (pct_start is < 0 or > 1)
                            throw new ArgumentOutOfRangeException(nameof(pct_start), pct_start, "A part is between 0 and 1.");

                        highest = OneForEachGroup(max_lr, Groups.Count, nameof(max_lr));
                        (initialPart, finalPart) = (1 / div_factor, 1 / (div_factor * final_div_factor));
                        anneal = anneal_strategy == AnnealStrategy.Cos
                            ? (from, to, part) => to + ((from - to) / 2 * (1 + Math.Cos(Math.PI * part)))
                            : (from, to, part) => from + ((to - from) * part);
                        phases = three_phase
                            ? [((pct_start * total) - 1, Level.Initial, Level.Highest),
                                ((2 * pct_start * total) - 2, Level.Highest, Level.Initial), (total - 1, Level.Initial, Level.Lowest)]
                            : [((pct_start * total) - 1, Level.Initial, Level.Highest), (total - 1, Level.Highest, Level.Lowest)];
                        momenta = cycle_momentum ? new Momenta(optimizer, base_momentum, max_momentum, 0.85, 0.95) : null;
                        if (last_epoch == -1) momenta?.Start(atLowest: false);

                        step();
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        if (_last_epoch > total)
                            throw new InvalidOperationException($"Step {_last_epoch + 1} is beyond the {total} steps of the cycle.");

                        var index = 0;
                        while (index < phases.Length - 1 && _last_epoch > phases[index].End) index++;

                        var (end, from, to) = phases[index];
                        var start = index == 0 ? 0 : phases[index - 1].End;
                        var part = (_last_epoch - start) / (end - start);
                        momenta?.Set((lowest, top) =>
                            anneal(from == Level.Highest ? lowest : top, to == Level.Highest ? lowest : top, part));
                        return highest.Select(top => anneal(top * Part(from), top * Part(to), part));
                    }

                    private double Part(Level level) => level switch
                    {
                        Level.Highest => 1,
                        Level.Initial => initialPart,
                        _ => finalPart,
                    };
                }

                private static IEnumerable<double> ForEachGroup(Optimizer optimizer, double value) =>
                    optimizer?.ParamGroups.Select(_ => value) ?? [];

                /// <summary>The momentum (or Adam's first beta) of each group, and the bounds between which it moves.</summary>
                private sealed class Momenta
                {
                    private readonly List<ILearningRateController> groups;
                    private readonly List<double> lowest;
                    private readonly List<double> highest;

                    internal Momenta(Optimizer optimizer, IEnumerable<double> lowest, IEnumerable<double> highest, double low, double high)
                    {
                        groups = [.. optimizer.ParamGroups];
                        if (groups.Any(group => group is not (IMomentum or IBetas)))
                            throw new ArgumentException($"{optimizer.GetType().Name} has no momentum to cycle.", nameof(optimizer));

                        this.lowest = OneForEachGroup(lowest ?? ForEachGroup(optimizer, low), groups.Count, "base_momentum");
                        this.highest = OneForEachGroup(highest ?? ForEachGroup(optimizer, high), groups.Count, "max_momentum");
                    }

                    internal void Start(bool atLowest) => Set((low, high) => atLowest ? low : high);

                    internal void Set(Func<double, double, double> between)
                    {
                        for (var i = 0; i < groups.Count; i++)
                        {
                            var value = between(lowest[i], highest[i]);
                            if (groups[i] is IBetas betas) betas.Betas = (value, betas.Betas.Item2);
                            else ((IMomentum)groups[i]).Momentum = value;
                        }
                    }
                }
            }
        }
    }
}

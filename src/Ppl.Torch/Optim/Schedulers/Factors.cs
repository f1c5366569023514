namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>The initial rate times a function of the step.</summary>
                public class LambdaLR : LRScheduler
                {
                    private readonly List<Func<int, double>> factors;

                    public LambdaLR(Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1, bool verbose = false) :
                        this(optimizer, optimizer?.ParamGroups.Select(_ => lr_lambda), last_epoch, verbose)
                    {
                    }

                    public LambdaLR(Optimizer optimizer, IEnumerable<Func<int, double>> lr_lambdas, int last_epoch = -1,
                        bool verbose = false) : base(optimizer, last_epoch, verbose)
                    {
                        factors = OneForEachGroup(lr_lambdas, Groups.Count, nameof(lr_lambdas));
                        step();
                    }

                    protected override IEnumerable<double> get_lr() => _base_lrs.Zip(factors, (rate, factor) => rate * factor(_last_epoch));
                }

                /// <summary>The rate of the step before times a function of the step.</summary>
                public class MultiplicativeLR : LRScheduler
                {
                    private readonly List<Func<int, double>> factors;

                    public MultiplicativeLR(Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1, bool verbose = false) :
                        this(optimizer, optimizer?.ParamGroups.Select(_ => lr_lambda), last_epoch, verbose)
                    {
                    }

                    public MultiplicativeLR(Optimizer optimizer, IEnumerable<Func<int, double>> lr_lambdas, int last_epoch = -1,
                        bool verbose = false) : base(optimizer, last_epoch, verbose)
                    {
                        factors = OneForEachGroup(lr_lambdas, Groups.Count, nameof(lr_lambdas));
                        step();
                    }

                    protected override IEnumerable<double> get_lr() =>
                        _last_epoch > 0 ? Current.Zip(factors, (rate, factor) => rate * factor(_last_epoch)) : Current;
                }

                /// <summary>The rate times gamma every step_size steps.</summary>
                public class StepLR : LRScheduler
                {
                    private readonly int size;
                    private readonly double gamma;

                    public StepLR(Optimizer optimizer, int step_size, double gamma = 0.1, int last_epoch = -1, bool verbose = false) :
                        base(optimizer, last_epoch, verbose)
                    {
                        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(step_size);
                        (size, this.gamma) = (step_size, gamma);
                        step();
                    }

                    protected override IEnumerable<double> get_lr() =>
                        _last_epoch == 0 || _last_epoch % size != 0 ? Current : Current.Select(rate => rate * gamma);

                    protected override IEnumerable<double> get_closed_form_lr()
                    {
                        var falls = _last_epoch / size;
                        return _base_lrs.Select(rate => rate * Math.Pow(gamma, falls));
                    }
                }

                /// <summary>The rate times gamma at each of the milestones.</summary>
                public class MultiStepLR : LRScheduler
                {
                    private readonly List<int> milestones;
                    private readonly double gamma;

                    public MultiStepLR(Optimizer optimizer, IList<int> milestones, double gamma = 0.1, int last_epoch = -1,
                        bool verbose = false) : base(optimizer, last_epoch, verbose)
                    {
                        ArgumentNullException.ThrowIfNull(milestones);
                        (this.milestones, this.gamma) = ([.. milestones], gamma);
                        step();
                    }

                    protected override IEnumerable<double> get_lr() =>
                        Current.Select(rate => rate * Math.Pow(gamma, milestones.Count(m => m == _last_epoch)));

                    protected override IEnumerable<double> get_closed_form_lr() =>
                        _base_lrs.Select(rate => rate * Math.Pow(gamma, milestones.Count(m => m <= _last_epoch)));
                }

                /// <summary>The rate times gamma at every step.</summary>
                public class ExponentialLR : LRScheduler
                {
                    private readonly double gamma;

                    public ExponentialLR(Optimizer optimizer, double gamma = 0.1, int last_epoch = -1, bool verbose = false) :
                        base(optimizer, last_epoch, verbose)
                    {
                        this.gamma = gamma;
                        step();
                    }

                    protected override IEnumerable<double> get_lr() =>
                        _last_epoch == 0 ? Current : Current.Select(rate => rate * gamma);

                    protected override IEnumerable<double> get_closed_form_lr() =>
                        _base_lrs.Select(rate => rate * Math.Pow(gamma, _last_epoch));
                }

                private static List<T> OneForEachGroup<T>(IEnumerable<T> values, int groups, string name)
                {
                    List<T> list = [.. values ?? throw new ArgumentNullException(name)];
                    return list.Count == groups
                        ? list
                        : throw new ArgumentException($"{list.Count} values are given for {groups} groups of parameters.", name);
                }
            }
        }
    }
}

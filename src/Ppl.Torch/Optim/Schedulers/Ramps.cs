namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>The rate times a factor until total_iters steps are made.</summary>
                public class ConstantLR : LRScheduler
                {
                    private readonly double factor;
                    private readonly int total;

                    public ConstantLR(Optimizer optimizer, double factor = 1.0 / 3, int total_iters = 5, int last_epoch = -1,
                        bool verbose = false) : base(optimizer, last_epoch, verbose)
                    {
                        (this.factor, total) = (factor, total_iters);
                        step();
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        var change = _last_epoch == 0 ? factor : _last_epoch == total ? 1 / factor : 1;
                        return Current.Select(rate => rate * change);
                    }

                    protected override IEnumerable<double> get_closed_form_lr() =>
                        _base_lrs.Select(rate => rate * (_last_epoch >= total ? 1 : factor));
                }

                /// <summary>The rate times a factor that goes evenly from start_factor to end_factor in total_iters steps.</summary>
                public class LinearLR : LRScheduler
                {
                    private readonly double start;
                    private readonly double end;
                    private readonly int total;

                    public LinearLR(Optimizer optimizer, double start_factor = 1.0 / 3, double end_factor = 1.0, int total_iters = 5,
                        int last_epoch = -1, bool verbose = false) : base(optimizer, last_epoch, verbose)
                    {
                        (start, end, total) = (start_factor, end_factor, total_iters);
                        step();
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        var change = _last_epoch == 0 ? start
                            : _last_epoch > total ? 1
                            : 1 + ((end - start) / ((total * start) + ((_last_epoch - 1) * (end - start))));
                        return Current.Select(rate => rate * change);
                    }

                    protected override IEnumerable<double> get_closed_form_lr()
                    {
                        var factor = start + ((end - start) * Math.Min(total, _last_epoch) / total);
                        return _base_lrs.Select(rate => rate * factor);
                    }
                }

                /// <summary>The initial rate times (1 - step / total_iters) to a power.</summary>
                public class PolynomialLR : LRScheduler
                {
                    private readonly int total;
                    private readonly double power;

                    public PolynomialLR(Optimizer optimizer, int total_iters = 5, double power = 1.0, int last_epoch = -1,
                        bool verbose = false) : base(optimizer, last_epoch, verbose)
                    {
                        (total, this.power) = (total_iters, power);
                        step();
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        if (_last_epoch == 0 || _last_epoch > total) return Current;

                        var change = Math.Pow((total - _last_epoch) / (total - _last_epoch + 1.0), power);
                        return Current.Select(rate => rate * change);
                    }

                    protected override IEnumerable<double> get_closed_form_lr()
                    {
                        var factor = Math.Pow(1 - (Math.Min(total, _last_epoch) / (double)total), power);
                        return _base_lrs.Select(rate => rate * factor);
                    }
                }

                /// <summary>
                /// Half a cosine from the initial rate down to eta_min in T_max steps, and back up after them
                /// (Loshchilov and Hutter, 2017, arXiv:1608.03983, without restarts).
                /// </summary>
                public class CosineAnnealingLR : LRScheduler
                {
                    private readonly double period;
                    private readonly double least;

                    public CosineAnnealingLR(Optimizer optimizer, double T_max, double eta_min = 0, int last_epoch = -1,
                        bool verbose = false) : base(optimizer, last_epoch, verbose)
                    {
                        (period, least) = (T_max, eta_min);
                        step();
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        if (_last_epoch == 0) return Current;

                        if (_step_count == 1) return get_closed_form_lr();

                        // At the valley the ratio of two steps is 0 / 0: the way up starts from the closed form.
                        if ((_last_epoch - 1 - period) % (2 * period) == 0)
                        {
                            var climb = (1 - Math.Cos(Math.PI / period)) / 2;
                            return Current.Zip(_base_lrs, (rate, initial) => rate + ((initial - least) * climb));
                        }

                        var change = (1 + Math.Cos(Math.PI * _last_epoch / period)) / (1 + Math.Cos(Math.PI * (_last_epoch - 1) / period));
                        return Current.Select(rate => (change * (rate - least)) + least);
                    }

                    protected override IEnumerable<double> get_closed_form_lr() =>
                        _base_lrs.Select(initial => least + ((initial - least) * (1 + Math.Cos(Math.PI * _last_epoch / period)) / 2));
                }
            }
        }
    }
}

namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            /// <summary>
            /// Sets the learning rates of an optimizer's groups, once a step (usually an epoch). A scheduler makes its first step
            /// when it is constructed, so that the rates of step 0 hold from the start.
            /// </summary>
            public abstract class LRScheduler
            {
                internal Optimizer _optimizer;
                internal int _last_epoch = -1;
                internal bool _verbose;
                internal IList<double> _base_lrs = [];
                internal IList<double> _last_lrs = [];
                protected int _step_count;

                protected LRScheduler()
                {
                }

                protected LRScheduler(Optimizer optimizer, int last_epoch = -1, bool verbose = false)
                {
                    ArgumentNullException.ThrowIfNull(optimizer);
                    (_optimizer, _last_epoch, _verbose) = (optimizer, last_epoch, verbose);
                    Groups = [.. optimizer.ParamGroups];
                    _base_lrs = Groups.ConvertAll(group => group.InitialLearningRate);
                    _last_lrs = Groups.ConvertAll(group => group.LearningRate);
                }

                private protected List<ILearningRateController> Groups { get; private set; } = [];

                private protected IEnumerable<double> Current => Groups.Select(group => group.LearningRate);

                public IEnumerable<double> get_last_lr() => _last_lrs;

                public virtual void step() => Advance(null);

                public virtual void step(int? epoch) => Advance(epoch);

                /// <summary>A step of a scheduler that watches a metric; the others ignore it.</summary>
                public virtual void step(double current, int? epoch = null) => Advance(epoch);

                protected virtual IEnumerable<double> get_lr() => Current;

                protected virtual IEnumerable<double> get_closed_form_lr() => get_lr();

                internal virtual void Advance(int? epoch)
                {
                    _step_count++;
                    _last_epoch = epoch ?? _last_epoch + 1;
                    Set([.. epoch is null ? get_lr() : get_closed_form_lr()]);
                }

                private protected void Set(List<double> rates)
                {
                    for (var i = 0; i < Groups.Count; i++)
                    {
                        Groups[i].LearningRate = rates[i];
                        if (_verbose && _last_lrs[i] != rates[i])
                            Console.WriteLine($"Adjusting learning rate of group {i} to {rates[i]}");
                    }

                    _last_lrs = rates;
                }
            }
        }
    }
}

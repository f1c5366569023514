using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Adam that waits until its variance can be trusted (Liu et al., 2020, arXiv:1908.03265).</summary>
public class RAdam : OptimizerHelper, optim.IBetas
{
    public RAdam(IEnumerable<Parameter> parameters, double lr, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
        double weight_decay = 0) :
        this([new ParamGroup { Parameters = parameters }], lr, beta1, beta2, eps, weight_decay)
    {
    }

    public RAdam(IEnumerable<ParamGroup> parameters, double lr = 0.002, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
        double weight_decay = 0)
    {
        Start(new Options { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay }, parameters);
    }

    public (double, double) Betas
    {
        get => (Defaults.beta1.Value, Defaults.beta2.Value);
        set => (Defaults.beta1, Defaults.beta2) = value;
    }

    private Options Defaults => (Options)_defaults;

    public override Tensor step(Func<Tensor> closure = null) => _step<ParamGroup>(Step, closure);

    internal override OptimizerOptions NewOptions() => new Options();

    internal override OptimizerState NewState(Parameter parameter) => new State(parameter);

    private void Step(ParamGroup group)
    {
        var o = group.Options;
        var (beta1, beta2) = group.Betas;
        foreach (var (parameter, gradient, memory) in WithGradients(group))
        {
            var state = (State)memory;
            state.step++;
            var (correction1, correction2) = (1 - Math.Pow(beta1, state.step), 1 - Math.Pow(beta2, state.step));
            var down = Descent(gradient, parameter, false, o.weight_decay.Value);
            state.exp_avg.mul_(beta1).add_(down, alpha: 1 - beta1);
            state.exp_avg_sq.mul_(beta2).addcmul_(down, down, 1 - beta2);

            // The length of the simple moving average that has the same variance.
            var longest = (2 / (1 - beta2)) - 1;
            var length = longest - (2 * state.step * (1 - correction2) / correction2);
            var rate = o.LearningRate.Value / correction1;
            if (length > 5)
            {
                var rectified = Math.Sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length));
                var spread = state.exp_avg_sq.sqrt().add_(o.eps.Value);
                parameter.addcdiv_(state.exp_avg, spread, -rate * rectified * Math.Sqrt(correction2));
            }
            else
            {
                parameter.add_(state.exp_avg, alpha: -rate);
            }
        }
    }

    public class Options : OptimizerOptions
    {
        public double? beta1;
        public double? beta2;
        public double? eps;
        public double? weight_decay;

        internal override void Walk(Fields fields)
        {
            fields.Number(ref beta1);
            fields.Number(ref beta2);
            fields.Number(ref eps);
            fields.Number(ref weight_decay);
        }
    }

    public class ParamGroup : ParamGroup<Options>, optim.IBetas
    {
        public ParamGroup()
        {
        }

        public ParamGroup(IEnumerable<Parameter> parameters, Options options) : base(parameters, options)
        {
        }

        public ParamGroup(IEnumerable<Parameter> parameters, double lr = 1.0, double beta1 = 0.9, double beta2 = 0.999,
            double eps = 1e-8, double weight_decay = 0) :
            base(parameters, new Options { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay })
        {
        }

        public (double, double) Betas
        {
            get => (Options.beta1.Value, Options.beta2.Value);
            set => (Options.beta1, Options.beta2) = value;
        }
    }

    public sealed class State(Parameter parameter) : OptimizerState(parameter), IDisposable
    {
        public long step;
        public Tensor exp_avg;
        public Tensor exp_avg_sq;

        public override void Initialize(OptimizerOptions options)
        {
            step = 0;
            Zero(ref exp_avg);
            Zero(ref exp_avg_sq);
        }

        public void Dispose() => Walk(new Release());

        internal override void Walk(Fields fields)
        {
            fields.Count(ref step);
            fields.Required(ref exp_avg);
            fields.Required(ref exp_avg_sq);
        }
    }
}

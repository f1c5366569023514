using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Adam with the infinity norm of past gradients (Kingma and Ba, 2015, section 7.1).</summary>
public class Adamax : OptimizerHelper, optim.IBetas
{
    public Adamax(IEnumerable<Parameter> parameters, double lr, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
        double weight_decay = 0) :
        this([new ParamGroup { Parameters = parameters }], lr, beta1, beta2, eps, weight_decay)
    {
    }

    public Adamax(IEnumerable<ParamGroup> parameters, double lr = 0.002, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
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
        foreach (var (parameter, gradient, memory) in WithGradients(group))
        {
            var state = (State)memory;
            state.step++;
            var down = Descent(gradient, parameter, false, o.weight_decay.Value);
            state.exp_avg.mul_(o.beta1.Value).add_(down, alpha: 1 - o.beta1.Value);
            state.exp_inf.copy_(state.exp_inf.mul_(o.beta2.Value).maximum(down.abs().add_(o.eps.Value)));
            var rate = o.LearningRate.Value / (1 - Math.Pow(o.beta1.Value, state.step));
            parameter.addcdiv_(state.exp_avg, state.exp_inf, -rate);
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
        public Tensor exp_inf;

        public override void Initialize(OptimizerOptions options)
        {
            step = 0;
            Zero(ref exp_avg);
            Zero(ref exp_inf);
        }

        public void Dispose() => Walk(new Release());

        internal override void Walk(Fields fields)
        {
            fields.Count(ref step);
            fields.Required(ref exp_avg);
            fields.Required(ref exp_inf);
        }
    }
}

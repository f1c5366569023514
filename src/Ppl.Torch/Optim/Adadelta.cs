using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Steps in the units of the parameters (Zeiler, 2012, arXiv:1212.5701).</summary>
public class Adadelta : OptimizerHelper
{
    public Adadelta(IEnumerable<Parameter> parameters, double lr, double rho = 0.9, double eps = 1e-6, double weight_decay = 0,
        bool maximize = false) :
        this([new ParamGroup { Parameters = parameters }], lr, rho, eps, weight_decay, maximize)
    {
    }

    public Adadelta(IEnumerable<ParamGroup> parameters, double lr = 1.0, double rho = 0.9, double eps = 1e-6, double weight_decay = 0,
        bool maximize = false)
    {
        Start(new Options { LearningRate = lr, rho = rho, eps = eps, weight_decay = weight_decay, maximize = maximize }, parameters);
    }

    public override Tensor step(Func<Tensor> closure = null) => _step<ParamGroup>(Step, closure);

    internal override OptimizerOptions NewOptions() => new Options();

    internal override OptimizerState NewState(Parameter parameter) => new State(parameter);

    private void Step(ParamGroup group)
    {
        var o = group.Options;
        var (rho, eps) = (o.rho.Value, o.eps.Value);
        foreach (var (parameter, gradient, memory) in WithGradients(group))
        {
            var state = (State)memory;
            state.step++;
            var down = Descent(gradient, parameter, o.maximize.Value, o.weight_decay.Value);
            state.square_avg.mul_(rho).addcmul_(down, down, 1 - rho);
            var spread = state.square_avg.add(eps).sqrt_();
            var delta = state.acc_delta.add(eps).sqrt_().div_(spread).mul_(down);
            parameter.add_(delta, alpha: -o.LearningRate.Value);
            state.acc_delta.mul_(rho).addcmul_(delta, delta, 1 - rho);
        }
    }

    public class Options : OptimizerOptions
    {
        public double? eps;
        public bool? maximize;
        public double? rho;
        public double? weight_decay;

        internal override void Walk(Fields fields)
        {
            fields.Number(ref rho);
            fields.Number(ref eps);
            fields.Number(ref weight_decay);
            fields.Flag(ref maximize);
        }
    }

    public class ParamGroup : ParamGroup<Options>
    {
        public ParamGroup()
        {
        }

        public ParamGroup(IEnumerable<Parameter> parameters, Options options) : base(parameters, options)
        {
        }

        public ParamGroup(IEnumerable<Parameter> parameters, double lr = 1.0, double rho = 0.9, double eps = 1e-6,
            double weight_decay = 0, bool maximize = false) :
            base(parameters, new Options { LearningRate = lr, rho = rho, eps = eps, weight_decay = weight_decay, maximize = maximize })
        {
        }
    }

    public sealed class State(Parameter parameter) : OptimizerState(parameter), IDisposable
    {
        public long step;
        public Tensor square_avg;
        public Tensor acc_delta;

        public override void Initialize(OptimizerOptions options)
        {
            step = 0;
            Zero(ref square_avg);
            Zero(ref acc_delta);
        }

        public void Dispose() => Walk(new Release());

        internal override void Walk(Fields fields)
        {
            fields.Count(ref step);
            fields.Required(ref square_avg);
            fields.Required(ref acc_delta);
        }
    }
}

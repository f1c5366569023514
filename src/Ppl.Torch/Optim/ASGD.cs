using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Averaged stochastic gradient descent (Polyak and Juditsky, 1992). The average is in the state (ax).</summary>
public class ASGD : OptimizerHelper
{
    public ASGD(IEnumerable<Parameter> parameters, double lr = 0.01, double lambd = 1e-4, double alpha = 0.75, double t0 = 1e6,
        double weight_decay = 0, bool maximize = false) :
        this([new ParamGroup { Parameters = parameters }], lr, lambd, alpha, t0, weight_decay, maximize)
    {
    }

    public ASGD(IEnumerable<ParamGroup<Options>> parameters, double lr = 0.01, double lambd = 1e-4, double alpha = 0.75,
        double t0 = 1e6, double weight_decay = 0, bool maximize = false)
    {
        Start(new Options
        {
            LearningRate = lr,
            lambd = lambd,
            alpha = alpha,
            t0 = t0,
            weight_decay = weight_decay,
            maximize = maximize,
        }, parameters);
    }

    public override Tensor step(Func<Tensor> closure = null) => _step<ParamGroup<Options>>(Step, closure);

    internal override OptimizerOptions NewOptions() => new Options();

    internal override OptimizerState NewState(Parameter parameter) => new State(parameter);

    private void Step(ParamGroup<Options> group)
    {
        var o = group.Options;
        var (rate, decay) = (o.LearningRate.Value, o.lambd.Value);
        foreach (var (parameter, gradient, memory) in WithGradients(group))
        {
            var state = (State)memory;
            state.step++;
            var down = Descent(gradient, parameter, o.maximize.Value, o.weight_decay.Value);
            parameter.mul_(1 - (decay * state.eta)).add_(down, alpha: -state.eta);
            if (state.mu == 1)
            {
                state.ax.copy_(parameter);
            }
            else
            {
                state.ax.add_(parameter.sub(state.ax), alpha: state.mu);
            }

            state.eta = rate / Math.Pow(1 + (decay * rate * state.step), o.alpha.Value);
            state.mu = 1 / Math.Max(1, state.step - o.t0.Value);
        }
    }

    public class Options : OptimizerOptions
    {
        public double? alpha;
        public double? lambd;
        public bool? maximize;
        public double? t0;
        public double? weight_decay;

        internal override void Walk(Fields fields)
        {
            fields.Flag(ref maximize);
            fields.Number(ref lambd);
            fields.Number(ref alpha);
            fields.Number(ref weight_decay);
            fields.Number(ref t0);
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

        public ParamGroup(IEnumerable<Parameter> parameters, double lr = 0.01, double lambd = 1e-4, double alpha = 0.75,
            double t0 = 1e6, double weight_decay = 0) :
            base(parameters, new Options { LearningRate = lr, lambd = lambd, alpha = alpha, t0 = t0, weight_decay = weight_decay })
        {
        }
    }

    public sealed class State(Parameter parameter) : OptimizerState(parameter), IDisposable
    {
        public long step;
        public double eta;
        public double mu;
        public Tensor ax;

        public override void Initialize(OptimizerOptions options)
        {
            (step, eta, mu) = (0, options.LearningRate.Value, 1);
            Zero(ref ax);
        }

        public void Dispose() => Walk(new Release());

        internal override void Walk(Fields fields)
        {
            fields.Count(ref step);
            fields.Real(ref eta);
            fields.Real(ref mu);
            fields.Required(ref ax);
        }
    }
}

using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Gradients divided by a running root of their squares (Tieleman and Hinton, 2012).</summary>
public class RMSProp : OptimizerHelper, optim.IMomentum
{
    public RMSProp(IEnumerable<Parameter> parameters, double lr = 1e-3, double alpha = 0.99, double eps = 1e-8,
        double weight_decay = 0, double momentum = 0, bool centered = false, bool maximize = false) :
        this([new ParamGroup { Parameters = parameters }], lr, alpha, eps, weight_decay, momentum, centered, maximize)
    {
    }

    public RMSProp(IEnumerable<ParamGroup> parameters, double lr = 1e-3, double alpha = 0.99, double eps = 1e-8,
        double weight_decay = 0, double momentum = 0, bool centered = false, bool maximize = false)
    {
        Start(new Options
        {
            LearningRate = lr,
            alpha = alpha,
            eps = eps,
            weight_decay = weight_decay,
            momentum = momentum,
            centered = centered,
            maximize = maximize
        }, parameters);
    }

    public double Momentum { get => Defaults.momentum.Value; set => Defaults.momentum = value; }

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
            var down = Descent(gradient, parameter, o.maximize.Value, o.weight_decay.Value);
            state.square_avg.mul_(o.alpha.Value).addcmul_(down, down, 1 - o.alpha.Value);
            var spread = Spread(o, state, down).add_(o.eps.Value);
            if (o.momentum.Value > 0)
            {
                state.momentum_buffer.mul_(o.momentum.Value).addcdiv_(down, spread);
                parameter.add_(state.momentum_buffer, alpha: -o.LearningRate.Value);
            }
            else
            {
                parameter.addcdiv_(down, spread, -o.LearningRate.Value);
            }
        }
    }

    private static Tensor Spread(Options o, State state, Tensor down)
    {
        if (!o.centered.Value)
        {
            return state.square_avg.sqrt();
        }

        state.grad_avg.mul_(o.alpha.Value).add_(down, alpha: 1 - o.alpha.Value);
        return state.square_avg.addcmul(state.grad_avg, state.grad_avg, -1).sqrt_();
    }

    public class Options : OptimizerOptions
    {
        public double? alpha;
        public bool? centered;
        public double? eps;
        public bool? maximize;
        public double? momentum;
        public double? weight_decay;

        internal override void Walk(Fields fields)
        {
            fields.Flag(ref maximize);
            fields.Number(ref momentum);
            fields.Number(ref alpha);
            fields.Number(ref eps);
            fields.Number(ref weight_decay);
            fields.Flag(ref centered);
        }
    }

    public class ParamGroup : ParamGroup<Options>, optim.IMomentum
    {
        public ParamGroup()
        {
        }

        public ParamGroup(IEnumerable<Parameter> parameters, Options options) : base(parameters, options)
        {
        }

        public ParamGroup(IEnumerable<Parameter> parameters, double lr = 1e-3, double eps = 1e-8, double alpha = 0.99,
            double weight_decay = 0, double momentum = 0.0, bool centered = false) :
            base(parameters, new Options
            {
                LearningRate = lr,
                eps = eps,
                alpha = alpha,
                weight_decay = weight_decay,
                momentum = momentum,
                centered = centered
            })
        {
        }

        public double Momentum { get => Options.momentum.Value; set => Options.momentum = value; }
    }

    public sealed class State(Parameter parameter) : OptimizerState(parameter), IDisposable
    {
        public long step;
        public Tensor square_avg;
        public Tensor momentum_buffer;
        public Tensor grad_avg;

        public override void Initialize(OptimizerOptions options)
        {
            var o = (Options)options;
            Walk(new Release());
            step = 0;
            Zero(ref square_avg);
            if (o.momentum > 0)
            {
                Zero(ref momentum_buffer);
            }

            if (o.centered == true)
            {
                Zero(ref grad_avg);
            }
        }

        public void Dispose() => Walk(new Release());

        internal override void Walk(Fields fields)
        {
            fields.Count(ref step);
            fields.Required(ref square_avg);
            fields.Optional(ref momentum_buffer);
            fields.Optional(ref grad_avg);
        }
    }
}

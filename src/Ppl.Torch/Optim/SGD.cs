using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Gradient descent with momentum (Polyak, 1964; Nesterov, 1983).</summary>
public class SGD : OptimizerHelper, optim.IMomentum
{
    public SGD(IEnumerable<Parameter> parameters, double lr, double momentum = 0.0, double dampening = 0.0, double weight_decay = 0.0,
        bool nesterov = false, bool maximize = false) :
        this([new ParamGroup { Parameters = parameters }], lr, momentum, dampening, weight_decay, nesterov, maximize)
    {
    }

    public SGD(IEnumerable<ParamGroup> parameters, double lr, double momentum = 0.0, double dampening = 0.0, double weight_decay = 0.0,
        bool nesterov = false, bool maximize = false)
    {
        Start(new Options
        {
            LearningRate = lr,
            momentum = momentum,
            dampening = dampening,
            weight_decay = weight_decay,
            nesterov = nesterov,
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
            var down = Descent(gradient, parameter, o.maximize.Value, o.weight_decay.Value);
            if (o.momentum.Value != 0)
            {
                var state = (State)memory;
                if (state.momentum_buffer is null)
                {
                    state.momentum_buffer = down.clone().DetachFromDisposeScope();
                }
                else
                {
                    state.momentum_buffer.mul_(o.momentum.Value).add_(down, alpha: 1 - o.dampening.Value);
                }

                down = o.nesterov.Value ? down.add(state.momentum_buffer, alpha: o.momentum.Value) : state.momentum_buffer;
            }

            parameter.add_(down, alpha: -o.LearningRate.Value);
        }
    }

    public class Options : OptimizerOptions
    {
        public double? dampening;
        public bool? maximize;
        public double? momentum;
        public bool? nesterov;
        public double? weight_decay;

        internal override void Walk(Fields fields)
        {
            fields.Number(ref momentum);
            fields.Number(ref dampening);
            fields.Number(ref weight_decay);
            fields.Flag(ref nesterov);
            fields.Flag(ref maximize);
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

        public ParamGroup(IEnumerable<Parameter> parameters, double lr = 1e-3, double momentum = 0.0, double dampening = 0.0,
            double weight_decay = 0.0, bool nesterov = false, bool maximize = false) :
            base(parameters, new Options
            {
                LearningRate = lr,
                momentum = momentum,
                dampening = dampening,
                weight_decay = weight_decay,
                nesterov = nesterov,
                maximize = maximize
            })
        {
        }

        public double Momentum { get => Options.momentum.Value; set => Options.momentum = value; }
    }

    public sealed class State(Parameter parameter) : OptimizerState(parameter), IDisposable
    {
        public Tensor momentum_buffer;

        public override void Initialize(OptimizerOptions options)
        {
            momentum_buffer?.Dispose();
            momentum_buffer = null;
        }

        public void Dispose() => Walk(new Release());

        internal override void Walk(Fields fields)
        {
            fields.Optional(ref momentum_buffer);
        }
    }
}

using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Steps that shrink with the sum of squared gradients (Duchi et al., 2011).</summary>
public class Adagrad : OptimizerHelper
{
    public Adagrad(IEnumerable<Parameter> parameters, double lr = 1e-2, double lr_decay = 0, double weight_decay = 0,
        double initial_accumulator_value = 0, double eps = 1e-10) :
        this([new ParamGroup { Parameters = parameters }], lr, lr_decay, weight_decay, initial_accumulator_value, eps)
    {
    }

    public Adagrad(IEnumerable<ParamGroup> parameters, double lr = 1e-2, double lr_decay = 0, double weight_decay = 0,
        double initial_accumulator_value = 0, double eps = 1e-10)
    {
        Start(new Options
        {
            LearningRate = lr,
            lr_decay = lr_decay,
            weight_decay = weight_decay,
            initial_accumulator_value = initial_accumulator_value,
            eps = eps
        }, parameters);
    }

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
            var rate = o.LearningRate.Value / (1 + ((state.step - 1) * o.lr_decay.Value));
            state.sum.addcmul_(down, down, 1);
            parameter.addcdiv_(down, state.sum.sqrt().add_(o.eps.Value), -rate);
        }
    }

    public class Options : OptimizerOptions
    {
        public double? eps;
        public double? initial_accumulator_value;
        public double? lr_decay;
        public double? weight_decay;

        internal override void Walk(Fields fields)
        {
            fields.Number(ref lr_decay);
            fields.Number(ref initial_accumulator_value);
            fields.Number(ref eps);
            fields.Number(ref weight_decay);
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

        public ParamGroup(IEnumerable<Parameter> parameters, double lr = 1e-2, double lr_decay = 0, double weight_decay = 0,
            double initial_accumulator_value = 0, double eps = 1e-10) :
            base(parameters, new Options
            {
                LearningRate = lr,
                lr_decay = lr_decay,
                weight_decay = weight_decay,
                initial_accumulator_value = initial_accumulator_value,
                eps = eps
            })
        {
        }
    }

    public sealed class State(Parameter parameter) : OptimizerState(parameter), IDisposable
    {
        public long step;
        public Tensor sum;

        public override void Initialize(OptimizerOptions options)
        {
            step = 0;
            Zero(ref sum);
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            sum.fill_(((Options)options).initial_accumulator_value ?? 0);
        }

        public void Dispose() => Walk(new Release());

        internal override void Walk(Fields fields)
        {
            fields.Count(ref step);
            fields.Required(ref sum);
        }
    }
}

using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Resilient backpropagation: each element has a step of its own, set by the gradient's sign alone (Riedmiller and Braun, 1993).</summary>
public class Rprop : OptimizerHelper
{
    public Rprop(IEnumerable<Parameter> parameters, double lr = 1e-2, double etaminus = 0.5, double etaplus = 1.2,
        double min_step = 1e-6, double max_step = 50, bool maximize = false) :
        this([new ParamGroup { Parameters = parameters }], lr, etaminus, etaplus, min_step, max_step, maximize)
    {
    }

    public Rprop(IEnumerable<ParamGroup> parameters, double lr = 1e-2, double etaminus = 0.5, double etaplus = 1.2,
        double min_step = 1e-6, double max_step = 50, bool maximize = false)
    {
        Start(new Options
        {
            LearningRate = lr,
            etaminus = etaminus,
            etaplus = etaplus,
            min_step = min_step,
            max_step = max_step,
            maximize = maximize,
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
            var down = Descent(gradient, parameter, o.maximize.Value, 0);
            var agreement = down.mul(state.prev).sign_();
            var turned = agreement.lt(0);
            var factor = ones_like(agreement).masked_fill_(agreement.gt(0), o.etaplus.Value).masked_fill_(turned, o.etaminus.Value);
            state.step_size.mul_(factor).clamp_(o.min_step.Value, o.max_step.Value);

            // Where the sign turned, the last step went too far: no step now.
            down = down.masked_fill(turned, 0);
            parameter.addcmul_(down.sign(), state.step_size, -1);
            state.prev.copy_(down);
        }
    }

    public class Options : OptimizerOptions
    {
        public double? etaminus;
        public double? etaplus;
        public double? max_step;
        public bool? maximize;
        public double? min_step;

        internal override void Walk(Fields fields)
        {
            fields.Flag(ref maximize);
            fields.Number(ref etaminus);
            fields.Number(ref etaplus);
            fields.Number(ref min_step);
            fields.Number(ref max_step);
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

        public ParamGroup(IEnumerable<Parameter> parameters, double lr = 1e-2, double etaminus = 0.5, double etaplus = 1.2,
            double min_step = 1e-6, double max_step = 50, bool maximize = false) :
            base(parameters, new Options
            {
                LearningRate = lr,
                etaminus = etaminus,
                etaplus = etaplus,
                min_step = min_step,
                max_step = max_step,
                maximize = maximize,
            })
        {
        }
    }

    public sealed class State(Parameter parameter) : OptimizerState(parameter), IDisposable
    {
        public long step;
        public Tensor prev;
        public Tensor step_size;

        public override void Initialize(OptimizerOptions options)
        {
            step = 0;
            Zero(ref prev);
            Zero(ref step_size);
            using var noGrad = no_grad();
            step_size.fill_(options.LearningRate.Value);
        }

        public void Dispose() => Walk(new Release());

        internal override void Walk(Fields fields)
        {
            fields.Count(ref step);
            fields.Required(ref prev);
            fields.Required(ref step_size);
        }
    }
}

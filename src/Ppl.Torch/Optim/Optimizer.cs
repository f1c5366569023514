using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>What a learning rate scheduler changes.</summary>
        public interface ILearningRateController
        {
            double LearningRate { get; set; }

            double InitialLearningRate { get; set; }
        }

        public interface IMomentum
        {
            double Momentum { get; set; }
        }

        public interface IBetas
        {
            (double, double) Betas { get; set; }
        }

        /// <summary>Changes parameters in place by their gradients.</summary>
        public abstract class Optimizer : IDisposable
        {
            protected IList<ParamGroup> _parameter_groups;

            private protected Optimizer()
            {
            }

            public virtual IEnumerable<ILearningRateController> ParamGroups => _parameter_groups;

            public virtual IEnumerable<Parameter> parameters() => _parameter_groups.SelectMany(group => group.Parameters);

            public virtual void add_param_group(ParamGroup param_group) =>
                throw new NotSupportedException($"{GetType().Name} has one group of parameters.");

            public virtual Tensor step(Func<Tensor> closure = null) =>
                throw new NotSupportedException($"{GetType().Name} has no step.");

            /// <summary>Sets the gradients that exist to zero.</summary>
            public virtual void zero_grad()
            {
                using var noGrad = no_grad();
                foreach (var parameter in parameters())
                {
                    using var gradient = parameter.grad;
                    gradient?.zero_();
                }
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (disposing) Release();
            }

            /// <summary>Gives up the tensors that the optimizer keeps between its steps.</summary>
            internal virtual void Release()
            {
            }

            /// <summary>The options of each group and the state of each parameter; the objects are the optimizer's own.</summary>
            public class StateDictionary
            {
                internal StateDictionary()
                {
                }

                public List<OptimizerOptions> Options { get; } = [];

                public List<OptimizerState> State { get; } = [];

                public List<List<int>> StateIndexRef { get; } = [];
            }
        }
    }
}

using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>The base of functions with their own backward pass. <typeparamref name="T"/> is the function's class itself.</summary>
        public abstract class Function<T> where T : Function<T>, new()
        {
            private static readonly T instance = new();

            protected Function()
            {
            }

            public abstract string Name { get; }

            internal abstract List<Tensor> Forward(AutogradContext ctx, object[] vars);

            internal abstract List<Tensor> Backward(AutogradContext ctx, List<Tensor> grads);

            public static List<Tensor> apply_internal(params object[] vars) => new FunctionNode(instance.Forward, instance.Backward).Apply(vars);
        }

        public abstract class SingleTensorFunction<T> : Function<T> where T : SingleTensorFunction<T>, new()
        {
            protected SingleTensorFunction()
            {
            }

            public abstract Tensor forward(AutogradContext ctx, params object[] vars);

            public abstract List<Tensor> backward(AutogradContext ctx, Tensor grad_output);

            public static Tensor apply(params object[] vars) => apply_internal(vars)[0];

            internal sealed override List<Tensor> Forward(AutogradContext ctx, object[] vars) => [forward(ctx, vars)];

            internal sealed override List<Tensor> Backward(AutogradContext ctx, List<Tensor> grads) => backward(ctx, grads[0]);
        }

        public abstract class MultiTensorFunction<T> : Function<T> where T : MultiTensorFunction<T>, new()
        {
            protected MultiTensorFunction()
            {
            }

            public abstract List<Tensor> forward(AutogradContext ctx, params object[] vars);

            public abstract List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs);

            public static List<Tensor> apply(params object[] vars) => apply_internal(vars);

            internal sealed override List<Tensor> Forward(AutogradContext ctx, object[] vars) => forward(ctx, vars);

            internal sealed override List<Tensor> Backward(AutogradContext ctx, List<Tensor> grads) => backward(ctx, grads);
        }
    }
}

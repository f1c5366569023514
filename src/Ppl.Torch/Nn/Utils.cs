using TorchSharp.Interop;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            /// <summary>Scales all gradients by one factor so that their norm, taken together, is at most max_norm.</summary>
            /// <returns>The norm before.</returns>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2.0)
            {
                var parameters = tensors as IReadOnlyCollection<Parameter> ?? [.. tensors];
                var total = norm_type == 2 ? NormInOnePass(parameters) ?? Norm(parameters, 2) : Norm(parameters, norm_type);
                var factor = max_norm / (total + 1e-6);
                if (!(factor >= 1)) // NaN too, as in PyTorch: gradients of no finite norm are not left as they were
                {
                    using var scope = NewDisposeScope();
                    using var noGrad = no_grad();
                    foreach (var gradient in Gradients(parameters)) gradient.mul_(factor);
                }

                return total;
            }

            /// <summary>Clamps each element of the gradients to [-clip_value, clip_value].</summary>
            public static void clip_grad_value_(IEnumerable<Parameter> tensors, double clip_value)
            {
                using var scope = NewDisposeScope();
                using var noGrad = no_grad();
                foreach (var gradient in Gradients(tensors)) gradient.clamp_(-clip_value, clip_value);
            }

            /// <summary>All elements in one vector.</summary>
            public static Tensor parameters_to_vector(IEnumerable<Parameter> tensors)
            {
                using var scope = NewDisposeScope();
                return cat(tensors.Select(tensor => tensor.reshape(-1)).ToArray(), 0).MoveToOuterDisposeScope();
            }

            /// <summary>Sets the parameters from such a vector.</summary>
            public static void vector_to_parameters(Tensor vec, IEnumerable<Parameter> tensors)
            {
                ArgumentNullException.ThrowIfNull(vec);
                var parameters = tensors.ToList();
                var count = parameters.Sum(parameter => parameter.numel());
                if (vec.Dimensions != 1 || vec.numel() != count)
                {
                    throw new ArgumentException(
                        $"The parameters have {count} elements, the vector has shape ({string.Join(", ", vec.shape)}).", nameof(vec));
                }

                using var scope = NewDisposeScope();
                using var noGrad = no_grad();
                var start = 0L;
                foreach (var parameter in parameters)
                {
                    parameter.copy_(vec.narrow(0, start, parameter.numel()).view(parameter.shape));
                    start += parameter.numel();
                }
            }

            private static double Norm(IEnumerable<Parameter> tensors, double norm_type)
            {
                using var scope = NewDisposeScope();
                using var noGrad = no_grad();
                var norms = Array.ConvertAll(Gradients(tensors), gradient => linalg.vector_norm(gradient, norm_type));
                return norms.Length == 0 ? 0 : linalg.vector_norm(stack(norms), norm_type).ToDouble();
            }

            /// <summary>The L2 norm by one call, or null where a gradient is not plain CPU memory.</summary>
            private static unsafe double? NormInOnePass(IReadOnlyCollection<Parameter> parameters)
            {
                var handles = new IntPtr[parameters.Count];
                var count = 0;
                foreach (var parameter in parameters) handles[count++] = parameter.Handle;

                double norm;
                fixed (IntPtr* first = handles)
                {
                    var done = Fault.Check(Native.ppl_gradient_norm(first, count, &norm));
                    GC.KeepAlive(parameters);
                    return done == 1 ? norm : null;
                }
            }

            private static Tensor[] Gradients(IEnumerable<Parameter> tensors) =>
                tensors.Select(tensor => tensor.grad).Where(gradient => gradient is not null).ToArray();
        }
    }
}

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <exception cref="ArgumentException">In training, a channel has one value: its unbiased variance would be 0/0.</exception>
            public static Tensor batch_norm(Tensor input, Tensor running_mean, Tensor running_var, Tensor weight = null, Tensor bias = null,
                bool training = false, double momentum = 0.1, double eps = 1e-5)
            {
                ArgumentNullException.ThrowIfNull(input);
                if (training) RequireValues(input.shape);
                return Raw.batch_norm(input, weight, bias, running_mean, running_var, training, momentum, eps, cudnn_enabled: false);
            }

            /// <exception cref="ArgumentException">A channel that is normalised by its own spread has one place.</exception>
            public static Tensor instance_norm(Tensor input, Tensor running_mean = null, Tensor running_var = null, Tensor weight = null,
                Tensor bias = null, bool use_input_stats = true, double momentum = 0.1, double eps = 1e-5)
            {
                ArgumentNullException.ThrowIfNull(input);
                if (use_input_stats && Product(input.shape.Skip(2)) == 1)
                    throw new ArgumentException($"Expected more than 1 spatial element when training, got input size {Text(input.shape)}");

                return Raw.instance_norm(input, weight, bias, running_mean, running_var, use_input_stats, momentum, eps, cudnn_enabled: false);
            }

            /// <exception cref="ArgumentException">A group has one value.</exception>
            public static Tensor group_norm(Tensor input, long num_groups, Tensor weight = null, Tensor bias = null, double eps = 1e-5)
            {
                ArgumentNullException.ThrowIfNull(input);
                var shape = input.shape;

                // Each group of each example is normalised as a channel of a batch is. What else is wrong, libtorch says.
                if (shape.Length >= 2 && num_groups > 0) RequireValues([shape[0] * shape[1] / num_groups, num_groups, .. shape[2..]]);
                return Raw.group_norm(input, num_groups, weight, bias, eps, cudnn_enabled: false);
            }

            private static void RequireValues(long[] size)
            {
                if (Product(size.Where((_, dimension) => dimension != 1)) != 1) return;
                throw new ArgumentException($"Expected more than 1 value per channel when training, got input size {Text(size)}");
            }

            private static long Product(IEnumerable<long> lengths) => lengths.Aggregate(1L, (product, length) => product * length);

            private static string Text(long[] size) => $"[{string.Join(", ", size)}]";
        }
    }
}

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor adaptive_max_pool1d(Tensor input, long output_size) =>
                Values(adaptive_max_pool1d_with_indices(input, output_size));

            public static Tensor adaptive_max_pool2d(Tensor input, long[] output_size) =>
                Values(adaptive_max_pool2d_with_indices(input, output_size));

            public static Tensor adaptive_max_pool3d(Tensor input, long[] output_size) =>
                Values(adaptive_max_pool3d_with_indices(input, output_size));

            /// <summary>(Σ xᵖ)^(1/p) over a window.</summary>
            public static Tensor lp_pool1d(Tensor input, double norm_type, long kernel_size, long? stride = null, bool ceil_mode = false)
            {
                using var scope = NewDisposeScope();
                var mean = avg_pool1d(input.pow(norm_type), kernel_size, stride, 0, ceil_mode);
                return Root(mean, norm_type, kernel_size).MoveToOuterDisposeScope();
            }

            /// <inheritdoc cref="lp_pool1d"/>
            public static Tensor lp_pool2d(Tensor input, double norm_type, long[] kernel_size, long[] stride = null, bool ceil_mode = false)
            {
                using var scope = NewDisposeScope();
                var mean = avg_pool2d(input.pow(norm_type), kernel_size, stride, [0], ceil_mode);
                return Root(mean, norm_type, kernel_size.Aggregate(1L, (a, b) => a * b)).MoveToOuterDisposeScope();
            }

            public static Tensor lp_pool2d(Tensor input, double norm_type, long kernel_size, long? stride = null, bool ceil_mode = false) =>
                lp_pool2d(input, norm_type, [kernel_size, kernel_size], stride is { } s ? [s, s] : null, ceil_mode);

            private static Tensor Root(Tensor mean, double norm_type, long window) =>
                (mean.sign() * mean.abs().relu() * window).pow(1 / norm_type);

            private static Tensor Values((Tensor Values, Tensor Indices) pair)
            {
                pair.Indices.Dispose();
                return pair.Values;
            }
        }
    }
}

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>Puts each maximum back where its index says, zeros elsewhere; output_size chooses among the sizes possible.</summary>
            public static Tensor max_unpool1d(Tensor input, Tensor indices, long kernel_size, long? stride = null, long? padding = null,
                long[] output_size = null)
            {
                ArgumentNullException.ThrowIfNull(input);
                var size = UnpooledSize(1, input, [kernel_size], [stride ?? kernel_size], [padding ?? 0], output_size);
                using var scope = NewDisposeScope();
                return Raw.max_unpool2d(input.unsqueeze(-1), indices.unsqueeze(-1), [size[0], 1]).squeeze(-1).MoveToOuterDisposeScope();
            }

            /// <inheritdoc cref="max_unpool1d"/>
            public static Tensor max_unpool2d(Tensor input, Tensor indices, long[] kernel_size, long[] stride = null, long[] padding = null,
                long[] output_size = null) =>
                Raw.max_unpool2d(input, indices, UnpooledSize(2, input, kernel_size, stride ?? kernel_size, padding ?? [0, 0], output_size));

            /// <inheritdoc cref="max_unpool1d"/>
            public static Tensor max_unpool3d(Tensor input, Tensor indices, long[] kernel_size, long[] stride = null, long[] padding = null,
                long[] output_size = null) =>
                Raw.max_unpool3d(input, indices, UnpooledSize(3, input, kernel_size, stride ?? kernel_size, padding ?? [0, 0, 0], output_size),
                    stride ?? kernel_size, padding ?? [0, 0, 0]);

            private static long[] UnpooledSize(int spatial, Tensor input, long[] kernel, long[] stride, long[] padding, long[] chosen)
            {
                ArgumentNullException.ThrowIfNull(input);
                ArgumentNullException.ThrowIfNull(kernel, "kernel_size");
                if (input.Dimensions < spatial || kernel.Length != spatial || stride.Length != spatial || padding.Length != spatial)
                {
                    throw new ArgumentException(
                        $"An input of {spatial} or more dimensions and {spatial} numbers for the kernel, the stride and the padding are expected, "
                        + $"not {input.Dimensions} dimensions and {kernel.Length}, {stride.Length} and {padding.Length} numbers.");
                }

                var given = input.shape[^spatial..];
                if (chosen is null)
                    return [.. given.Select((size, i) => ((size - 1) * stride[i]) + kernel[i] - (2 * padding[i]))];

                var sizes = chosen[^Math.Min(spatial, chosen.Length)..];
                for (var i = 0; i < spatial; i++)
                {
                    var usual = ((given[i] - 1) * stride[i]) + kernel[i] - (2 * padding[i]);
                    if (sizes.Length != spatial || Math.Abs(sizes[i] - usual) >= stride[i])
                    {
                        throw new ArgumentException(
                            $"An output of size ({string.Join(", ", chosen)}) is not possible: dimension {i} is about {usual}.", nameof(chosen));
                    }
                }

                return sizes;
            }
        }
    }
}

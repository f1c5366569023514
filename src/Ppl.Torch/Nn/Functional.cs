namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>The functions behind the modules; those that are one operator come from Operations/functional.ops.</summary>
        public static partial class functional
        {
            public static Tensor mish(Tensor x, bool inplace = false) => inplace ? Shared(Raw.mish_(x), x) : Raw.mish(x);

            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                inplace ? Shared(Raw.dropout_(input, p, training), input) : Raw.dropout(input, p, training);

            public static Tensor dropout1d(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                Channels(input, 2, p, training, inplace);

            public static Tensor dropout2d(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                Channels(input, 3, p, training, inplace);

            public static Tensor dropout3d(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                Channels(input, 4, p, training, inplace);

            public static Tensor alpha_dropout(Tensor input, double p = 0.5, bool training = false, bool inplace = false) =>
                inplace ? Shared(Raw.alpha_dropout_(input, p, training), input) : Raw.alpha_dropout(input, p, training);

            public static Tensor feature_alpha_dropout(Tensor input, double p = 0.5, bool training = false, bool inplace = false) =>
                inplace
                    ? Shared(Raw.feature_alpha_dropout_(input, p, training), input)
                    : Raw.feature_alpha_dropout(input, p, training);

            /// <summary>Constant padding unless another mode is given; the pairs go from the last dimension to the first.</summary>
            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0) => mode switch
            {
                PaddingModes.Constant or PaddingModes.Zeros => Raw.pad(input, pad, "constant", mode == PaddingModes.Zeros ? 0 : value),
                PaddingModes.Reflect => Raw.pad(input, pad, "reflect", null),
                PaddingModes.Replicate => Raw.pad(input, pad, "replicate", null),
                PaddingModes.Circular => Raw.pad(input, pad, "circular", null),
                _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, null),
            };

            public static Tensor pad(Tensor input, ReadOnlySpan<long> pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, pad.ToArray(), mode, value);

            public static Tensor pad(Tensor input, long pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, [pad, pad], mode, value);

            public static Tensor pad(Tensor input, (long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, [pad.Item1, pad.Item2], mode, value);

            public static Tensor pad(Tensor input, (long, long, long, long) pad, PaddingModes mode = PaddingModes.Constant,
                double value = 0) =>
                functional.pad(input, [pad.Item1, pad.Item2, pad.Item3, pad.Item4], mode, value);

            /// <summary>Each vector along the dimension divided by its p-norm.</summary>
            public static Tensor normalize(Tensor input, double p = 2.0, long dim = 1, double eps = 1e-12)
            {
                using var norm = linalg.vector_norm(input, p, [dim], keepdim: true);
                using var bounded = norm.clamp_min(eps);
                return input / bounded;
            }

            /// <summary>Krizhevsky et al. (2012): each value divided by a power of the energy of the channels around it.</summary>
            public static Tensor local_response_norm(Tensor input, long size, double alpha = 1e-4, double beta = 0.75, double k = 1.0)
            {
                ArgumentNullException.ThrowIfNull(input);
                if (input.Dimensions < 3)
                    throw new ArgumentException($"An input of 3 or more dimensions is expected, not of {input.Dimensions}.", nameof(input));

                using var scope = NewDisposeScope();
                var square = input.square().unsqueeze(1);
                var shape = input.shape;
                var flat = square.reshape(shape[0], 1, shape[1], shape.Length > 2 ? shape[2] : 1, -1);
                var padded = functional.pad(flat, [0, 0, 0, 0, size / 2, (size - 1) / 2]);
                var energy = avg_pool3d(padded, [size, 1, 1], [1, 1, 1]).reshape(shape);
                return (input / ((energy * alpha) + k).pow(beta)).MoveToOuterDisposeScope();
            }

            /// <summary>softmax(q kᵀ / √d + mask) v (Vaswani et al., 2017).</summary>
            public static Tensor scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor attn_mask = null,
                double p = 0.0, bool is_casual = false)
            {
                ArgumentNullException.ThrowIfNull(query);
                ArgumentNullException.ThrowIfNull(key);
                if (query.Dimensions < 2 || key.Dimensions < 2)
                {
                    throw new ArgumentException(
                        $"Queries and keys of 2 or more dimensions are expected, not of {query.Dimensions} and {key.Dimensions}.");
                }

                if (is_casual && attn_mask is not null)
                    throw new ArgumentException("A causal attention makes its mask itself.", nameof(attn_mask));

                using var scope = NewDisposeScope();
                var scores = (query / Math.Sqrt(query.shape[^1])).matmul(key.transpose(-2, -1));
                var mask = is_casual
                    ? ones([query.shape[^2], key.shape[^2]], dtype: ScalarType.Bool, device: query.device).tril()
                    : attn_mask;
                if (mask is not null)
                {
                    scores = mask.dtype == ScalarType.Bool
                        ? scores.masked_fill(mask.logical_not(), double.NegativeInfinity)
                        : scores + mask;
                }

                return dropout(scores.softmax(-1), p, p > 0).matmul(value).MoveToOuterDisposeScope();
            }

            private static Tensor Channels(Tensor input, int unbatched, double p, bool training, bool inplace)
            {
                ArgumentNullException.ThrowIfNull(input);
                if (input.Dimensions != unbatched)
                {
                    return inplace
                        ? Shared(Raw.feature_dropout_(input, p, training), input)
                        : Raw.feature_dropout(input, p, training);
                }

                using var batch = input.unsqueeze(0);
                if (inplace)
                {
                    Raw.feature_dropout_(batch, p, training);
                    return input.alias();
                }

                using var dropped = Raw.feature_dropout(batch, p, training);
                return dropped.squeeze(0);
            }

            private static long[] Or(long[] given, long fallback) => given ?? [fallback];

            private static string Name(Padding padding) => padding == Padding.Same ? "same" : "valid";
        }
    }
}

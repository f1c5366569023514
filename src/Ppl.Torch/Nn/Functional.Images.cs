namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>Sliding blocks of an image as columns.</summary>
            public static Tensor unfold(Tensor input, (long, long) kernel_size, (long, long)? dilation = null, (long, long)? padding = null,
                (long, long)? stride = null) =>
                Raw.im2col(input, Pair(kernel_size), Pair(dilation ?? (1, 1)), Pair(padding ?? (0, 0)), Pair(stride ?? (1, 1)));

            public static Tensor unfold(Tensor input, long kernel_size, long dilation = 1, long padding = 0, long stride = 1) =>
                unfold(input, (kernel_size, kernel_size), (dilation, dilation), (padding, padding), (stride, stride));

            /// <summary>The sum of the columns' blocks as an image: the transpose of unfold.</summary>
            public static Tensor fold(Tensor input, (long, long) output_size, (long, long) kernel_size, (long, long)? dilation = null,
                (long, long)? padding = null, (long, long)? stride = null) =>
                Raw.col2im(input, Pair(output_size), Pair(kernel_size), Pair(dilation ?? (1, 1)), Pair(padding ?? (0, 0)),
                    Pair(stride ?? (1, 1)));

            public static Tensor fold(Tensor input, long output_size, long kernel_size, long dilation = 1, long padding = 0,
                long stride = 1) =>
                fold(input, (output_size, output_size), (kernel_size, kernel_size), (dilation, dilation), (padding, padding),
                    (stride, stride));

            public static Tensor grid_sample(Tensor input, Tensor grid, GridSampleMode mode = GridSampleMode.Bilinear,
                GridSamplePaddingMode padding_mode = GridSamplePaddingMode.Zeros, bool? align_corners = null) =>
                Raw.grid_sampler(
                    input,
                    grid,
                    mode == GridSampleMode.Bilinear ? 0 : 1,
                    padding_mode switch { GridSamplePaddingMode.Border => 1, GridSamplePaddingMode.Reflection => 2, _ => 0 },
                    align_corners ?? false);

            /// <summary>Resizes the spatial dimensions of a batch to a size, or by factors.</summary>
            public static Tensor interpolate(Tensor x, long[] size = null, double[] scale_factor = null,
                InterpolationMode mode = InterpolationMode.Nearest, bool? align_corners = null, bool recompute_scale_factor = false,
                bool antialias = false)
            {
                ArgumentNullException.ThrowIfNull(x);
                if (antialias) throw new NotSupportedException("Antialiasing is not available.");

                var spatial = (int)x.Dimensions - 2;
                (size, scale_factor) = (Spread(size, spatial), Spread(scale_factor, spatial));
                if (size is null == scale_factor is null)
                    throw new ArgumentException("Exactly one of size and scale_factor must be given.");

                if (recompute_scale_factor && scale_factor is not null)
                {
                    size = [.. scale_factor.Select((factor, i) => (long)Math.Floor(x.shape[i + 2] * factor))];
                    scale_factor = null;
                }

                return Resize(x, size, scale_factor, mode, align_corners ?? false, spatial);
            }

            public static Tensor upsample(Tensor input, long[] size = null, double[] scale_factor = null,
                UpsampleMode mode = UpsampleMode.Nearest, bool align_corners = false) =>
                interpolate(input, size, scale_factor, (InterpolationMode)mode, align_corners);

            public static Tensor upsample_nearest(Tensor x, long[] size = null, double[] scale_factor = null, bool align_corners = false) =>
                interpolate(x, size, scale_factor);

            public static Tensor upsample_bilinear(Tensor x, long[] size = null, double[] scale_factor = null,
                bool align_corners = false) =>
                interpolate(x, size, scale_factor, InterpolationMode.Bilinear, align_corners);

            public static Tensor upsample_nearest1d(Tensor input, long? outputSize, double? scaleFactor) =>
                Raw.upsample_nearest1d(input, outputSize is { } size ? [size] : null, scaleFactor is { } factor ? [factor] : null);

            public static Tensor upsample_nearest2d(Tensor input, long[] outputSizes = null, double[] scaleFactors = null) =>
                Raw.upsample_nearest2d(input, outputSizes, scaleFactors);

            public static Tensor upsample_nearest3d(Tensor input, long[] outputSizes = null, double[] scaleFactors = null) =>
                Raw.upsample_nearest3d(input, outputSizes, scaleFactors);

            private static Tensor Resize(Tensor x, long[] size, double[] factor, InterpolationMode mode, bool align, int spatial) =>
                (mode, spatial) switch
                {
                    (InterpolationMode.Nearest, 1) => Raw.upsample_nearest1d(x, size, factor),
                    (InterpolationMode.Nearest, 2) => Raw.upsample_nearest2d(x, size, factor),
                    (InterpolationMode.Nearest, 3) => Raw.upsample_nearest3d(x, size, factor),
                    (InterpolationMode.NearestExact, 1) => Raw.upsample_nearest_exact1d(x, size, factor),
                    (InterpolationMode.NearestExact, 2) => Raw.upsample_nearest_exact2d(x, size, factor),
                    (InterpolationMode.NearestExact, 3) => Raw.upsample_nearest_exact3d(x, size, factor),
                    (InterpolationMode.Linear, 1) => Raw.upsample_linear1d(x, size, align, factor),
                    (InterpolationMode.Bilinear, 2) => Raw.upsample_bilinear2d(x, size, align, factor),
                    (InterpolationMode.Bicubic, 2) => Raw.upsample_bicubic2d(x, size, align, factor),
                    (InterpolationMode.Trilinear, 3) => Raw.upsample_trilinear3d(x, size, align, factor),
                    (InterpolationMode.Area, 1) => adaptive_avg_pool1d(x, Sizes(x, size, factor)[0]),
                    (InterpolationMode.Area, 2) => adaptive_avg_pool2d(x, Sizes(x, size, factor)),
                    (InterpolationMode.Area, 3) => adaptive_avg_pool3d(x, Sizes(x, size, factor)),
                    _ => throw new ArgumentException($"{mode} does not resize a tensor of {x.Dimensions} dimensions.", nameof(mode)),
                };

            private static long[] Sizes(Tensor x, long[] size, double[] factor) =>
                size ?? [.. factor.Select((f, i) => (long)Math.Floor(x.shape[i + 2] * f))];

            /// <summary>One number stands for all spatial dimensions.</summary>
            private static T[] Spread<T>(T[] given, int count) =>
                given is { Length: 1 } && count > 1 ? [.. Enumerable.Repeat(given[0], count)] : given;

            private static long[] Pair((long, long) pair) => [pair.Item1, pair.Item2];
        }
    }
}
